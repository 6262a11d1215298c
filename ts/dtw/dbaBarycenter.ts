import type { FloatArray } from '../native/NativeBinding';
import { zerosLike } from './arrays';
import { runAsync, type AsyncOptions } from './async';
import {
  barycenterKeys,
  barycenterSeries,
  Candidates,
  takeBarycenterProblem,
  weightedMean,
  type BarycenterOptions,
  type BarycenterProblem,
} from './barycenter';
import { PathBuffer } from './dtwPath';
import { takeFor } from './device';
import { resolveOptions, warpingKeys, type WarpingOptions } from './options';
import { matchedPairs } from './pairs';
import type { Batch } from './series';
import { leaveInputs, nativeCall, runSteps, type Steps, type Take } from './steps';

/** The cost is squaredEuclidean, of which the mean is the minimum. Default maxIterations 30, tolerance 1e-5. */
export interface DbaBarycenterOptions<A extends FloatArray = FloatArray> extends WarpingOptions, BarycenterOptions<A> {}

/**
 * The DTW barycentre average: starting from `init`, each point becomes the weighted mean of all points that the best warping paths match with it, again
 * and again. The weighted mean of dtw(z, X[i]) never rises; it ends in a local minimum.
 *
 * Source: Petitjean, Ketterlin & Gançarski, "A global averaging method for dynamic time warping, with applications to clustering", Pattern
 * Recognition 44, 2011.
 *
 * @param X batch of series of any lengths.
 * @returns z [length of init, or of the longest series, channels], in the dtype of X; all NaN where X holds NaN.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y"; RangeError too where the start has no warping path to a series.
 */
export function dbaBarycenter<A extends FloatArray>(
  X: Batch<A>,
  options?: DbaBarycenterOptions<A>,
): { data: A; channels: number } {
  return runSteps(dbaBarycenterSteps(leaveInputs, X, options));
}

/** dbaBarycenter on other threads; see AsyncOptions. */
export function dbaBarycenterAsync<A extends FloatArray>(
  X: Batch<A>,
  options: DbaBarycenterOptions<A> & AsyncOptions = {},
): Promise<{ data: A; channels: number }> {
  const iterations = options?.maxIterations ?? defaults.maxIterations;
  return runAsync(options, (rest, take) => dbaBarycenterSteps(take, X, rest), iterations + 1);
}

const defaults = { maxIterations: 30, tolerance: 1e-5 };
const dbaKeys = [...warpingKeys, ...barycenterKeys];

function* dbaBarycenterSteps<A extends FloatArray>(
  take: Take,
  X: Batch<A>,
  options: DbaBarycenterOptions<A> = {},
): Steps<{ data: A; channels: number }> {
  const { cost, paths, device } = resolveOptions(options, dbaKeys);
  const problem = takeBarycenterProblem(takeFor(device, take), X, options, defaults);
  const { series, weights, start, maxIterations, tolerance } = problem;
  const candidates = new Candidates(problem);
  const value = zerosLike(series.data, series.count);
  const found = new PathBuffer(series.count, candidates.length, series.length);

  let best = start;
  let lowest = Infinity;
  let point = start;
  for (let iteration = 0; ; iteration++) {
    candidates.set(point);
    yield [
      nativeCall('hardDtw', [
        ...matchedPairs(candidates, series, cost),
        ...paths,
        Infinity,
        device.code,
        value,
        found.cells,
        found.lengths,
      ]),
    ];
    const inertia = weightedMean(value, weights);
    const decrease = lowest - inertia;
    if (!(decrease <= 0)) [best, lowest] = [point, inertia];
    if (iteration === maxIterations || !(decrease > tolerance * inertia)) break;
    point = meanOfMatched(problem, found);
  }
  return barycenterSeries(problem, best, lowest);
}

/** For each point of the barycentre the weighted mean of the points matched with it. */
function meanOfMatched<A extends FloatArray>(
  { series, weights, start }: BarycenterProblem<A>,
  found: PathBuffer,
): Float64Array {
  const { data, count, length, channels } = series;
  const sums = new Float64Array(start.length);
  const total = new Float64Array(start.length / channels);
  for (let index = 0; index < count; index++) {
    const path = found.path(index);
    for (let cell = 0; cell < path.length; cell += 2) {
      const own = path[cell];
      const matched = index * length + path[cell + 1];
      total[own] += weights[index];
      for (let channel = 0; channel < channels; channel++)
        sums[own * channels + channel] += weights[index] * data[matched * channels + channel];
    }
  }
  return sums.map((sum, k) => sum / total[Math.floor(k / channels)]);
}
