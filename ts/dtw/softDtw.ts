import type { FloatArray } from '../native/NativeBinding';
import { zerosLike } from './arrays';
import { runAsync, type AsyncOptions } from './async';
import { takeCosts, type CostBatch } from './costs';
import { takeFor } from './device';
import { resolveOptions, softCostKeys, softKeys, type SoftDtwOptions } from './options';
import { costPairs, matchedPairs } from './pairs';
import { roomForValues, takeMatched, valuesIn, type Batch, type Series } from './series';
import { leaveInputs, nativeCall, runSteps, type Steps, type Take } from './steps';

/**
 * Soft-DTW: the soft minimum -gamma log(sum over warping paths of exp(-path cost / gamma)).
 *
 * It may be negative and is no distance. For gamma -> 0 it tends to dtw() without `root`; gamma 0 is that limit.
 *
 * Source: Cuturi & Blondel, "Soft-DTW: a differentiable loss function for time-series", ICML 2017, equation 1.
 *
 * @param x, y two series [length, channels] of the same channels, or two batches of the same size, ragged or not;
 *   Float32Array for float32 arithmetic and results, Float64Array for float64; mixing them is a TypeError.
 * @returns a number for two series; for batches one value per pair [batch], in the dtype of the input. In units of the cost.
 *   +Infinity where no path is admissible (stayOrAdvance with x longer than y); NaN where a cell that paths may visit holds NaN.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function softDtw<A extends FloatArray>(x: Series<A>, y: Series<A>, options?: SoftDtwOptions): number;
export function softDtw<A extends FloatArray>(x: Batch<A>, y: Batch<A>, options?: SoftDtwOptions): A;
export function softDtw<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options?: SoftDtwOptions,
): number | A {
  return runSteps(softDtwSteps(leaveInputs, x, y, options));
}

/** softDtw on other threads; see AsyncOptions. */
export function softDtwAsync<A extends FloatArray>(
  x: Series<A>,
  y: Series<A>,
  options?: SoftDtwOptions & AsyncOptions,
): Promise<number>;
export function softDtwAsync<A extends FloatArray>(
  x: Batch<A>,
  y: Batch<A>,
  options?: SoftDtwOptions & AsyncOptions,
): Promise<A>;
export function softDtwAsync<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options: SoftDtwOptions & AsyncOptions = {},
): Promise<number | A> {
  return runAsync(options, (rest, take) => softDtwSteps(take, x, y, rest));
}

function* softDtwSteps<A extends FloatArray>(
  take: Take,
  xInput: Series<A> | Batch<A>,
  yInput: Series<A> | Batch<A>,
  options: SoftDtwOptions | undefined,
): Steps<number | A> {
  const { cost, paths, gamma, device } = resolveOptions(options, softKeys);
  const { x, y } = takeMatched(takeFor(device, take), xInput, yInput);
  const value = roomForValues(x);
  yield [nativeCall('softDtw', [...matchedPairs(x, y, cost), ...paths, gamma, device.code, value])];
  return valuesIn(value, x);
}

/**
 * Soft-DTW over given cost matrices.
 *
 * @param costs [batch, rows, cols], ragged with `sizes`; +Infinity forbids a cell.
 * @returns value [batch], in the dtype and units of the costs; see softDtw.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function softDtwFromCost<A extends FloatArray>(costs: CostBatch<A>, options?: Omit<SoftDtwOptions, 'cost'>): A {
  return runSteps(softDtwFromCostSteps(leaveInputs, costs, options));
}

/** softDtwFromCost on other threads; see AsyncOptions. */
export function softDtwFromCostAsync<A extends FloatArray>(
  costs: CostBatch<A>,
  options: Omit<SoftDtwOptions, 'cost'> & AsyncOptions = {},
): Promise<A> {
  return runAsync(options, (rest, take) => softDtwFromCostSteps(take, costs, rest));
}

function* softDtwFromCostSteps<A extends FloatArray>(
  take: Take,
  input: CostBatch<A>,
  options: Omit<SoftDtwOptions, 'cost'> | undefined,
): Steps<A> {
  const { paths, gamma, device } = resolveOptions(options, softCostKeys);
  const costs = takeCosts(takeFor(device, take), input);
  const value = zerosLike(costs.data, costs.count);
  yield [nativeCall('softDtwFromCost', [...costPairs(costs), ...paths, gamma, device.code, value])];
  return value;
}
