import type { FloatArray, WarpingPaths } from '../native/NativeBinding';
import { zerosLike } from './arrays';
import { runAsync, type AsyncOptions } from './async';
import { checkFinite, rejectUnknownKeys } from './check';
import { takeCosts, type CostBatch } from './costs';
import { chooseDevice, takeFor, type DeviceOptions } from './device';
import { costPairs } from './pairs';
import { leaveInputs, nativeCall, runSteps, type Steps, type Take } from './steps';

const stayOrAdvance: WarpingPaths = [1, 0, 0, false, false, 0];

/** What labelPosterior takes; gamma in units of the cost, >= 0: 0 puts all the probability on one best labelling. */
export interface PosteriorOptions extends DeviceOptions {
  gamma: number;
}

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
export function dtwAlign<A extends FloatArray>(
  costs: CostBatch<A>,
  options: DeviceOptions = {},
): { value: A; labelIndex: Int32Array } {
  return runSteps(dtwAlignSteps(leaveInputs, costs, options));
}

/** dtwAlign on other threads; see AsyncOptions. */
export function dtwAlignAsync<A extends FloatArray>(
  costs: CostBatch<A>,
  options: DeviceOptions & AsyncOptions = {},
): Promise<{ value: A; labelIndex: Int32Array }> {
  return runAsync(options, (rest, take) => dtwAlignSteps(take, costs, rest));
}

function* dtwAlignSteps<A extends FloatArray>(
  take: Take,
  input: CostBatch<A>,
  options: DeviceOptions,
): Steps<{ value: A; labelIndex: Int32Array }> {
  rejectUnknownKeys(options, 'options', ['device']);
  const device = chooseDevice(options.device, {});
  const costs = takeCosts(takeFor(device, take), input);
  const value = zerosLike(costs.data, costs.count);
  const labelIndex = new Int32Array(costs.count * costs.cols);
  yield [nativeCall('dtwAlign', [...costPairs(costs), device.code, value, labelIndex])];
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
 * @returns [batch, rows, cols] in [0, 1]; every column sums to 1 (to 0 in padding and where no labelling is admissible).
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function labelPosterior<A extends FloatArray>(costs: CostBatch<A>, options: PosteriorOptions): A {
  return runSteps(labelPosteriorSteps(leaveInputs, costs, options));
}

/** labelPosterior on other threads; see AsyncOptions. */
export function labelPosteriorAsync<A extends FloatArray>(
  costs: CostBatch<A>,
  options: PosteriorOptions & AsyncOptions,
): Promise<A> {
  return runAsync(options, (rest, take) => labelPosteriorSteps(take, costs, rest));
}

function* labelPosteriorSteps<A extends FloatArray>(
  take: Take,
  input: CostBatch<A>,
  options: PosteriorOptions,
): Steps<A> {
  rejectUnknownKeys(options, 'options', ['gamma', 'device']);
  const gamma = checkFinite(options.gamma, 'gamma', 0);
  const device = chooseDevice(options.device, { gamma });
  const costs = takeCosts(takeFor(device, take), input);
  const value = zerosLike(costs.data, costs.count);
  const posterior = zerosLike(costs.data, costs.data.length);
  yield [nativeCall('softDtwFromCost', [...costPairs(costs), ...stayOrAdvance, gamma, device.code, value, posterior])];
  return posterior;
}
