import type { FloatArray } from '../native/NativeBinding';
import { zerosLike } from './arrays';
import { runAsync, type AsyncOptions } from './async';
import { takeCosts, type CostBatch } from './costs';
import { takeFor } from './device';
import { hardCostKeys, hardKeys, resolveOptions, type DtwOptions } from './options';
import { costPairs, matchedPairs } from './pairs';
import { rootAll } from './root';
import { roomForValues, takeMatched, valuesIn, type Batch, type Series } from './series';
import { leaveInputs, nativeCall, runSteps, type Steps, type Take } from './steps';

/**
 * Dynamic time warping: the smallest summed cost over all warping paths, or its square root with `root`.
 *
 * Source: Sakoe & Chiba, "Dynamic programming algorithm optimization for spoken word recognition", 1978.
 *
 * @param x, y two series [length, channels] of the same channels, or two batches of the same size, ragged or not;
 *   Float32Array for float32 arithmetic and results, Float64Array for float64; mixing them is a TypeError.
 * @returns a number for two series; for batches one value per pair [batch], in the dtype of the input. In units of the cost.
 *   +Infinity where no path is admissible (stayOrAdvance with x longer than y) or above maxDistance; NaN where a cell that paths may visit
 *   holds NaN.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function dtw<A extends FloatArray>(x: Series<A>, y: Series<A>, options?: DtwOptions): number;
export function dtw<A extends FloatArray>(x: Batch<A>, y: Batch<A>, options?: DtwOptions): A;
export function dtw<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options?: DtwOptions,
): number | A {
  return runSteps(dtwSteps(leaveInputs, x, y, options));
}

/** dtw on other threads; see AsyncOptions. */
export function dtwAsync<A extends FloatArray>(
  x: Series<A>,
  y: Series<A>,
  options?: DtwOptions & AsyncOptions,
): Promise<number>;
export function dtwAsync<A extends FloatArray>(
  x: Batch<A>,
  y: Batch<A>,
  options?: DtwOptions & AsyncOptions,
): Promise<A>;
export function dtwAsync<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options: DtwOptions & AsyncOptions = {},
): Promise<number | A> {
  return runAsync(options, (rest, take) => dtwSteps(take, x, y, rest));
}

function* dtwSteps<A extends FloatArray>(
  take: Take,
  xInput: Series<A> | Batch<A>,
  yInput: Series<A> | Batch<A>,
  options: DtwOptions | undefined,
): Steps<number | A> {
  const { cost, paths, maxDistance, root, device } = resolveOptions(options, hardKeys);
  const { x, y } = takeMatched(takeFor(device, take), xInput, yInput);
  const value = roomForValues(x);
  yield [nativeCall('hardDtw', [...matchedPairs(x, y, cost), ...paths, maxDistance, device.code, value])];
  if (root) rootAll(value);
  return valuesIn(value, x);
}

/**
 * DTW over given cost matrices.
 *
 * @param costs [batch, rows, cols], ragged with `sizes`; +Infinity forbids a cell.
 * @returns value [batch], in the dtype of the costs; see dtw.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function dtwFromCost<A extends FloatArray>(costs: CostBatch<A>, options?: Omit<DtwOptions, 'cost'>): A {
  return runSteps(dtwFromCostSteps(leaveInputs, costs, options));
}

/** dtwFromCost on other threads; see AsyncOptions. */
export function dtwFromCostAsync<A extends FloatArray>(
  costs: CostBatch<A>,
  options: Omit<DtwOptions, 'cost'> & AsyncOptions = {},
): Promise<A> {
  return runAsync(options, (rest, take) => dtwFromCostSteps(take, costs, rest));
}

function* dtwFromCostSteps<A extends FloatArray>(
  take: Take,
  input: CostBatch<A>,
  options: Omit<DtwOptions, 'cost'> | undefined,
): Steps<A> {
  const { paths, maxDistance, root, device } = resolveOptions(options, hardCostKeys);
  const costs = takeCosts(takeFor(device, take), input);
  const value = zerosLike(costs.data, costs.count);
  yield [nativeCall('hardDtwFromCost', [...costPairs(costs), ...paths, maxDistance, device.code, value])];
  if (root) rootAll(value);
  return value;
}
