import type { FloatArray } from '../native/NativeBinding';
import { expectedValue } from '../util/expected';
import { zerosLike } from './arrays';
import { runAsync, type AsyncOptions } from './async';
import {
  barycenterKeys,
  barycenterSeries,
  Candidates,
  takeBarycenterProblem,
  weightedMean,
  type BarycenterOptions,
} from './barycenter';
import { minimise } from './lbfgs';
import { takeFor } from './device';
import { resolveOptions, softKeys, type SoftDtwOptions } from './options';
import { matchedPairs } from './pairs';
import type { Batch } from './series';
import { leaveInputs, nativeCall, runSteps, type Steps, type Take } from './steps';

/** gamma > 0. Default maxIterations 100, tolerance 1e-6. */
export interface SoftBarycenterOptions<A extends FloatArray = FloatArray>
  extends SoftDtwOptions, BarycenterOptions<A> {}

/**
 * The soft-DTW barycentre: the series z that minimises the weighted mean of softDtw(z, X[i]), found with L-BFGS from `init`. A local minimum: the
 * problem is not convex.
 *
 * Source: Cuturi & Blondel 2017, section 3.1.
 *
 * @param X batch of series of any lengths.
 * @returns z [length of init, or of the longest series, channels], in the dtype of X; all NaN where X holds NaN.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y"; RangeError too where the start has no warping path to a series.
 */
export function softBarycenter<A extends FloatArray>(
  X: Batch<A>,
  options?: SoftBarycenterOptions<A>,
): { data: A; channels: number } {
  return runSteps(softBarycenterSteps(leaveInputs, X, options));
}

/** softBarycenter on other threads; see AsyncOptions. */
export function softBarycenterAsync<A extends FloatArray>(
  X: Batch<A>,
  options: SoftBarycenterOptions<A> & AsyncOptions = {},
): Promise<{ data: A; channels: number }> {
  const iterations = options?.maxIterations ?? defaults.maxIterations;
  return runAsync(options, (rest, take) => softBarycenterSteps(take, X, rest), iterations + 1);
}

const defaults = { maxIterations: 100, tolerance: 1e-6 };
const softBarycenterKeys = [...softKeys, ...barycenterKeys];

function* softBarycenterSteps<A extends FloatArray>(
  take: Take,
  X: Batch<A>,
  options: SoftBarycenterOptions<A> = {},
): Steps<{ data: A; channels: number }> {
  const { cost, paths, gamma, device } = resolveOptions(options, softBarycenterKeys);
  if (gamma === 0) throw expectedValue('a finite number > 0', 'gamma', gamma);
  const problem = takeBarycenterProblem(takeFor(device, take), X, options, defaults);
  const { series, weights, start } = problem;
  const candidates = new Candidates(problem);
  const value = zerosLike(series.data, series.count);
  const dx = zerosLike(series.data, candidates.data.length);

  const evaluate = function* (point: Float64Array): Steps<{ value: number; gradient: Float64Array }> {
    candidates.set(point);
    yield [nativeCall('softDtw', [...matchedPairs(candidates, series, cost), ...paths, gamma, device.code, value, dx])];
    return { value: weightedMean(value, weights), gradient: weightedSum(dx, weights, point.length) };
  };
  const lowest = yield* minimise(start, evaluate, problem);
  return barycenterSeries(problem, lowest.point, lowest.value);
}

/** Of as many gradients [length] as there are weights. A function of its own, since the engine optimises loops within generators late. */
function weightedSum(gradients: FloatArray, weights: Float64Array, length: number): Float64Array {
  const sum = new Float64Array(length);
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index];
    if (weight === 0) continue;
    for (let k = 0, at = index * length; k < length; k++, at++) sum[k] += weight * gradients[at];
  }
  return sum;
}
