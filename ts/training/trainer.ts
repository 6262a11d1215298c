import type { WetasConfig } from '../model/config';
import { DiCNN } from '../model/dicnn';
import { loadCheckpoint, type ModelState } from './checkpoint';
import { finalReport, type FinalReport } from './finalReport';
import type { StageTime } from './profiler';
import type { EpochRecord } from './records';
import { CheckpointFolder } from './checkpointFolder';
import { checkTrainOptions, runIdentity, type TrainOptions } from './trainOptions';
import { TrainingRun } from './trainingRun';

export type { FinalReport };

export interface TrainResult {
  /** In the state of `best`; the caller disposes it. */
  model: DiCNN;
  /** The config trained with, its globalThreshold that of `best`. */
  config: WetasConfig;
  /** What early stopping chose; the same as `last` without validation. */
  best: ModelState;
  /** After the last full epoch; epoch 0 is as initialised. */
  last: ModelState;
  history: EpochRecord[];
  /** Patience ended the run. */
  stoppedEarly: boolean;
  /** The signal ended the run; `resume` continues it. */
  interrupted: boolean;
  /** The figures of `best`; absent where interrupted. */
  report?: FinalReport;
  /** Where the time went, if that was asked for. */
  profile?: StageTime[];
}

/**
 * Trains WETAS (docs/method.md section 6): Adam over shuffled batches and, after every epoch, the figures of all splits. The same options give the same bits
 * on the same machine at any number of threads. Other tasks may run between the steps; nothing is written to the terminal.
 * @throws TypeError or RangeError on wrong options or a checkpoint of another run; Error where the loss is no longer finite
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  checkTrainOptions(options);
  const { checkpointDir, resume, signal } = options;
  const identity = runIdentity(options);
  const run = new TrainingRun(options, resume ? await loadCheckpoint(checkpointDir!, identity) : undefined);
  let interrupted = false;
  try {
    await options.onAccepted?.();
    const folder =
      checkpointDir === undefined ? undefined : await CheckpointFolder.open(checkpointDir, identity, run.state());
    while (!run.isDone) {
      const record = await run.epoch();
      await folder?.save(run.state(), record);
      options.onEpoch?.(record);
    }
  } catch (error) {
    interrupted = signal?.aborted === true && error === signal.reason;
    if (!interrupted) throw error;
  } finally {
    run.dispose();
  }
  return result(run, options, interrupted);
}

async function result(run: TrainingRun, options: TrainOptions, interrupted: boolean): Promise<TrainResult> {
  const { last, history, stoppedEarly, profile } = run;
  const best = (options.validation && run.best) ?? last;
  const config = { ...options.config, globalThreshold: best.threshold };
  const model = new DiCNN(config, best.weights);
  const report = interrupted ? undefined : await finalReport([model], config, options);
  return { model, config, best, last, history, stoppedEarly, interrupted, report, profile };
}
