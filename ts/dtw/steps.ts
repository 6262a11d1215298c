import { loadBinding } from '../native/loadBinding';
import type { DtwBinding, FloatArray, NativeJob } from '../native/NativeBinding';

/**
 * Every function of this folder is written once, as a generator: it checks its arguments, takes its inputs, yields the native calls that it
 * needs next (several at once where none needs another), continues when they have filled their outputs, and returns the result. `runSteps` runs
 * it here and now, `runAsync` (async.ts) on other threads.
 */
export type Steps<Result> = Generator<readonly NativeCall[], Result, void>;

/**
 * Gives what stands in for the caller's arrays from here on, in their order: themselves in a synchronous call, arrays that nobody else can reach in an
 * asynchronous one. Called once, with all of them (two may share memory), after all checks.
 */
export type Take = <Arrays extends readonly FloatArray[]>(...arrays: Arrays) => Arrays;

export const leaveInputs: Take = (...arrays) => arrays;

/** A function of the addon and its arguments; outputs are filled when it has run. */
export class NativeCall {
  constructor(
    private readonly name: keyof DtwBinding,
    private readonly args: readonly unknown[],
  ) {}

  run(): void {
    (loadBinding()[this.name] as (...args: readonly unknown[]) => void)(...this.args);
  }

  /** On another thread; the arrays belong to the call until `done`. */
  start(done: (error: Error | null) => void): NativeJob {
    const start = loadBinding()[`${this.name}Async`] as (...args: readonly unknown[]) => NativeJob;
    return start(done, ...this.args);
  }
}

export function nativeCall<Name extends keyof DtwBinding>(name: Name, args: Parameters<DtwBinding[Name]>): NativeCall {
  return new NativeCall(name, args);
}

export function runSteps<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    for (const call of step.value) call.run();
  }
}
