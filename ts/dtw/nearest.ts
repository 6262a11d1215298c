import type { FloatArray } from '../native/NativeBinding';
import { zerosLike } from './arrays';
import { runAsync, type AsyncOptions } from './async';
import { checkWhole } from './check';
import { hardKeys, resolveOptions, type DtwOptions } from './options';
import { allPairs } from './pairs';
import { rootAll } from './root';
import { checkComparable, denseBatchOnly, type Batch } from './series';
import { leaveInputs, nativeCall, runSteps, type Steps, type Take } from './steps';

/** Early abandoning is at work without a maxDistance. */
export interface NearestOptions extends Omit<DtwOptions, 'maxDistance'> {
  /** How many neighbours, a whole number >= 1; default 1. More than there are series gives all of them. */
  k?: number;
}

/**
 * The k nearest series of a set by DTW, for each query: what brute force would find, ties by index, with lower bounds (LB_Kim, LB_Keogh) and early
 * abandoning to save work.
 *
 * Source of the bounds: Keogh & Ratanamahatana, "Exact indexing of dynamic time warping", 2005.
 *
 * @param queries, set two batches of any sizes, of the same channels and dtype, ragged or not.
 * @returns `index` and `value` [queries, min(k, size of the set)], nearest first: the index in the set, and the value as of dtw. +Infinity comes
 *   last but NaN.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function nearest<A extends FloatArray>(
  queries: Batch<A>,
  set: Batch<A>,
  options?: NearestOptions,
): { index: Int32Array; value: A } {
  return runSteps(nearestSteps(leaveInputs, queries, set, options));
}

/** nearest on other threads; see AsyncOptions. */
export function nearestAsync<A extends FloatArray>(
  queries: Batch<A>,
  set: Batch<A>,
  options: NearestOptions & AsyncOptions = {},
): Promise<{ index: Int32Array; value: A }> {
  return runAsync(options, (rest, take) => nearestSteps(take, queries, set, rest));
}

const nearestKeys = [...hardKeys.filter((key) => key !== 'maxDistance'), 'k'];

function* nearestSteps<A extends FloatArray>(
  take: Take,
  queriesInput: Batch<A>,
  setInput: Batch<A>,
  options: NearestOptions | undefined,
): Steps<{ index: Int32Array; value: A }> {
  const { cost, paths, root } = resolveOptions(options, nearestKeys, false);
  const { k = 1 } = options ?? {};
  checkWhole(k, 'k', 1);
  const queries = denseBatchOnly(queriesInput, 'queries');
  const set = denseBatchOnly(setInput, 'set');
  checkComparable(queries, set, 'queries', 'set');
  [queries.data, set.data] = take(queries.data, set.data);
  const found = Math.min(k, set.count);
  const index = new Int32Array(queries.count * found);
  const value = zerosLike(queries.data, queries.count * found);
  yield [nativeCall('nearest', [...allPairs(queries, set, cost), ...paths, found, index, value])];
  if (root) rootAll(value);
  return { index, value };
}
