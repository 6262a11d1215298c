import type { FloatArray, WarpingPaths } from '../native/NativeBinding';
import { zerosLike } from './arrays';
import { runAsync, type AsyncOptions } from './async';
import { checkFinite, rejectUnknownKeys } from './check';
import { takeCosts, type CostBatch } from './costs';
import { costPairs } from './pairs';
import { leaveInputs, nativeCall, runSteps, type Steps, type Take } from './steps';

/**
 * WETAS's aligner: the cheapest monotonic labelling. Every column (timestep) gets one row (label index); from one column to the next the
 * row stays or advances by one, from the first row to the last.
 *
 * Source: Lee et al., "Weakly Supervised Temporal Anomaly Segmentation with Dynamic Time Warping", ICCV 2021: hard DTW with
 * two moves.
 *
 * @param costs [batch, rows, cols], ragged with `sizes`: the cost of label `row` at timestep `col`; +Infinity forbids a cell.
 * @returns `value` [batch], the summed cost; `labelIndex` [batch, cols], -1 in padding. Where no labelling is admissible (rows > cols, or
 *   every one meets +Infinity) the value is +Infinity and the labels are -1. Ties prefer staying.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function dtwAlign<A extends FloatArray>(costs: CostBatch<A>): { value: A; labelIndex: Int32Array } {
  return runSteps(dtwAlignSteps(leaveInputs, costs));
}

/** dtwAlign on other threads; see AsyncOptions. */
export function dtwAlignAsync<A extends FloatArray>(
  costs: CostBatch<A>,
  options: AsyncOptions = {},
): Promise<{ value: A; labelIndex: Int32Array }> {
  return runAsync(options, (rest, take) => {
    rejectUnknownKeys(rest, 'options', []);
    return dtwAlignSteps(take, costs);
  });
}

function* dtwAlignSteps<A extends FloatArray>(
  take: Take,
  input: CostBatch<A>,
): Steps<{ value: A; labelIndex: Int32Array }> {
  const costs = takeCosts(take, input);
  const value = zerosLike(costs.data, costs.count);
  const labelIndex = new Int32Array(costs.count * costs.cols);
  yield [nativeCall('dtwAlign', [...costPairs(costs), value, labelIndex])];
  return { value, labelIndex };
}

/**
 * The probability of each label at each timestep when monotonic labellings (see dtwAlign) are drawn with weight
 * exp(-summed cost / gamma): the expected alignment of soft-DTW with step pattern stayOrAdvance.
 *
 * Source: Cuturi & Blondel, "Soft-DTW: a differentiable loss function for time-series", ICML 2017, algorithm 2 (E), with the two moves of Lee et al.,
 * ICCV 2021 (see dtwAlign).
 *
 * @param costs [batch, rows, cols], ragged with `sizes`; +Infinity forbids a cell.
 * @param options.gamma in units of the cost, >= 0; 0 puts all the probability on one best labelling.
 * @returns [batch, rows, cols] in [0, 1]; every column sums to 1 (to 0 in padding and where no labelling is admissible).
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function labelPosterior<A extends FloatArray>(costs: CostBatch<A>, options: { gamma: number }): A {
  return runSteps(labelPosteriorSteps(leaveInputs, costs, options));
}

/** labelPosterior on other threads; see AsyncOptions. */
export function labelPosteriorAsync<A extends FloatArray>(
  costs: CostBatch<A>,
  options: { gamma: number } & AsyncOptions,
): Promise<A> {
  return runAsync(options, (rest, take) => labelPosteriorSteps(take, costs, rest));
}

const stayOrAdvance: WarpingPaths = [1, 0, 0, false, false, 0];

function* labelPosteriorSteps<A extends FloatArray>(
  take: Take,
  input: CostBatch<A>,
  options: { gamma: number },
): Steps<A> {
  rejectUnknownKeys(options, 'options', ['gamma']);
  const gamma = checkFinite(options.gamma, 'gamma', 0);
  const costs = takeCosts(take, input);
  const value = zerosLike(costs.data, costs.count);
  const posterior = zerosLike(costs.data, costs.data.length);
  yield [nativeCall('softDtwFromCost', [...costPairs(costs), ...stayOrAdvance, gamma, value, posterior])];
  return posterior;
}
