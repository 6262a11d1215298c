/**
 * The asynchronous runner of steps.ts. With `function* softDtwSteps(take, x, y, options)` a public function and its `fAsync` are
 *
 *     softDtw = (x, y, options = {}) => runSteps(softDtwSteps(leaveInputs, x, y, options));
 *     softDtwAsync = (x, y, options = {}) => runAsync(options, (rest, take) => softDtwSteps(take, x, y, rest));
 *
 * What steps read after their first yield must not be reachable by the caller: arrays from `take`, and what the steps made themselves (packed lists
 * of series, lengths, resolved options, outputs). Native calls yielded together run at the same time.
 */
import type { NativeJob } from '../native/NativeBinding';
import { expectedType } from '../util/expected';
import { checkObject } from './check';
import type { NativeCall, Steps, Take } from './steps';
import { copyInputs, moveInputs } from './takeInputs';

/** What every `fAsync` takes beside the options of `f`. */
export interface AsyncOptions {
  /** Stops the work: the promise is rejected with `signal.reason`. */
  signal?: AbortSignal;
  /**
   * Called from the event loop about every 50 ms, and once at the end with done = total. In cells of the cost matrices; `done` never decreases. What it
   * throws stops the work and rejects the promise.
   */
  onProgress?: (done: number, total: number) => void;
  /**
   * The buffers of the inputs are detached (their memory is moved) instead of copied, for large inputs. Memory that cannot be moved, such as a
   * SharedArrayBuffer, and lists of series are copied. Default false.
   */
  transfer?: boolean;
}

const PROGRESS_MS = 50;

/**
 * Runs steps on other threads. Every error rejects the promise; nothing is thrown.
 *
 * @param options the caller's; `prepare` gets them without the fields of AsyncOptions.
 * @param prepare makes the steps. They run up to their first yield before runAsync returns, so the result is that of the inputs at the moment
 *   of the call.
 * @param yields how often the steps yield, at most, for the total of onProgress: every time about the same work.
 */
export async function runAsync<Options extends AsyncOptions, Result>(
  options: Options,
  prepare: (options: Omit<Options, keyof AsyncOptions>, take: Take) => Steps<Result>,
  yields = 1,
): Promise<Result> {
  checkObject(options, 'options');
  const { signal, onProgress, transfer = false, ...rest } = options;
  checkOptions({ signal, onProgress, transfer });
  signal?.throwIfAborted();

  const jobs = new Jobs(yields);
  let interrupt!: (reason: unknown) => void;
  const interrupted = new Promise<never>((_, reject) => (interrupt = reject));
  const abort = () => interrupt(signal?.reason);
  signal?.addEventListener('abort', abort);
  const timer = setInterval(() => {
    try {
      onProgress?.(jobs.cellsDone(), jobs.total);
    } catch (error) {
      interrupt(error);
    }
  }, PROGRESS_MS).unref();
  try {
    const steps = prepare(rest, transfer ? moveInputs : copyInputs);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        onProgress?.(jobs.total, jobs.total);
        return step.value;
      }
      await Promise.race([interrupted, jobs.run(step.value)]);
    }
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', abort);
    jobs.stop();
  }
}

/** The native jobs of one call of runAsync. */
class Jobs {
  private running: NativeJob[] = [];
  private cellsBefore = 0;
  private cellsExpected = 0;

  constructor(private readonly yields: number) {}

  get total(): number {
    return this.cellsExpected;
  }

  cellsDone(): number {
    const now = sum(this.running, (job) => Math.min(job.cellsDone(), job.total));
    return Math.min(this.cellsBefore + now, this.cellsExpected);
  }

  /** Fulfilled when all of the calls have ended, rejected when one has failed. */
  async run(calls: readonly NativeCall[]): Promise<void> {
    this.running = [];
    const ends = calls.map(
      (call) =>
        new Promise<void>((resolve, reject) => {
          this.running.push(call.start((error) => (error === null ? resolve() : reject(error))));
        }),
    );
    const cells = sum(this.running, (job) => job.total);
    this.cellsExpected ||= cells * this.yields;
    await Promise.all(ends);
    this.running = [];
    this.cellsBefore += cells;
  }

  stop(): void {
    for (const job of this.running) job.stop();
  }
}

function sum(jobs: readonly NativeJob[], of: (job: NativeJob) => number): number {
  return jobs.reduce((total, job) => total + of(job), 0);
}

function checkOptions({ signal, onProgress, transfer }: Record<keyof AsyncOptions, unknown>): void {
  // By tag, not instanceof: the signal may come from another realm (node:vm, jest).
  if (signal !== undefined && Object.prototype.toString.call(signal) !== '[object AbortSignal]')
    throw expectedType('an AbortSignal', 'signal', signal);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw expectedType('a function', 'onProgress', onProgress);
  if (typeof transfer !== 'boolean') throw expectedType('a boolean', 'transfer', transfer);
}
