import { loadBinding } from '../native/loadBinding';
import type { DtwBinding, FloatArray } from '../native/NativeBinding';

/**
 * Every function of this folder is written once, as a generator: it checks its arguments, calls `own` on its inputs, yields each native
 * call that it needs, continues when that call has filled its outputs, and returns the result. `runSteps` runs it here and
 * now, `runAsync` (async.ts) on another thread.
 */
export type Steps<Result> = Generator<NativeCall, Result, void>;

export interface NativeCall {
  name: keyof DtwBinding;
  args: unknown[];
  /** Of a function that makes several calls: how far the whole of it is before this one and after it, of `total`. */
  progress?: { before: number; after: number; total: number };
}

/** What a native call reads for its caller. */
export interface Input {
  data: FloatArray;
  /** Whether `data` was made by us, so that nobody else can write to it. */
  owned: boolean;
}

/**
 * Called with all the inputs when everything is checked and before anything is computed. A synchronous call leaves them; an asynchronous one replaces
 * the `data` that are not owned by copies or by what it takes over from the caller.
 */
export type Own = (...inputs: Input[]) => void;

export const leaveInputs: Own = () => {};

export function nativeCall<Name extends keyof DtwBinding>(name: Name, args: Parameters<DtwBinding[Name]>): NativeCall {
  return { name, args };
}

export function runSteps<Result>(steps: Steps<Result>): Result {
  const binding = loadBinding() as unknown as Record<string, (...args: unknown[]) => void>;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    binding[step.value.name](...step.value.args);
  }
}
