import type { FloatArray } from '../native/NativeBinding';
import { zerosLike } from './arrays';
import { runAsync, type AsyncOptions } from './async';
import { resolveOptions, softKeys, type SoftDtwOptions } from './options';
import { matchedPairs } from './pairs';
import { takeOneEach, type Series } from './series';
import { leaveInputs, nativeCall, runSteps, type Steps, type Take } from './steps';

/**
 * The accumulated cost r: the soft-minimal cost of the paths from the start to each cell; with gamma 0 the minimal one, of classical DTW.
 *
 * Source: Cuturi & Blondel 2017, algorithm 1.
 *
 * @param x, y two series [length, channels] of the same channels and dtype.
 * @returns r [length of x, length of y], in units of the cost. Its last cell is the value of softDtw unless openEnd (then the soft minimum of its
 *   last row is). +Infinity where no path leads; all NaN where the value is NaN.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function accumulatedCost<A extends FloatArray>(x: Series<A>, y: Series<A>, options?: SoftDtwOptions): A {
  return runSteps(accumulatedCostSteps(leaveInputs, x, y, options));
}

/** accumulatedCost on other threads; see AsyncOptions. */
export function accumulatedCostAsync<A extends FloatArray>(
  x: Series<A>,
  y: Series<A>,
  options: SoftDtwOptions & AsyncOptions = {},
): Promise<A> {
  return runAsync(options, (rest, take) => accumulatedCostSteps(take, x, y, rest));
}

function* accumulatedCostSteps<A extends FloatArray>(
  take: Take,
  xInput: Series<A>,
  yInput: Series<A>,
  options: SoftDtwOptions | undefined,
): Steps<A> {
  const { cost, paths, gamma } = resolveOptions(options, softKeys, false);
  const { x, y } = takeOneEach(take, xInput, yInput, 'x', 'y');
  const r = zerosLike(x.data, x.length * y.length);
  yield [nativeCall('accumulatedCost', [...matchedPairs(x, y, cost), ...paths, gamma, r])];
  return r;
}
