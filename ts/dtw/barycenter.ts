import type { FloatArray } from '../native/NativeBinding';
import { expectedType, expectedValue } from '../util/expected';
import { zerosLike } from './arrays';
import { checkFinite, checkList, checkWhole } from './check';
import {
  checkComparable,
  denseBatchOnly,
  denseInput,
  lengthOf,
  type Batch,
  type DenseBatch,
  type Series,
} from './series';
import type { Take } from './steps';

/** What both barycentres take. */
export interface BarycenterOptions<A extends FloatArray = FloatArray> {
  /** [batch], each finite and >= 0, not all 0; only their ratios matter. Default: all equal. */
  weights?: ArrayLike<number>;
  /** Where to start, and with it the length of the result. Default: the weighted mean of the series, stretched linearly to the longest of them. */
  init?: Series<A>;
  /** A whole number >= 0; 0 returns the start. */
  maxIterations?: number;
  /** Stops when an iteration lowers the weighted mean of the values by no more than this part of it; >= 0. */
  tolerance?: number;
}

export const barycenterKeys = ['weights', 'init', 'maxIterations', 'tolerance'];

/** A checked problem: the series, and the start in float64 whatever the dtype of the series. */
export interface BarycenterProblem<A extends FloatArray> {
  series: DenseBatch<A>;
  /** [batch], of sum 1. */
  weights: Float64Array;
  /** [length, channels] */
  start: Float64Array;
  maxIterations: number;
  tolerance: number;
}

export function takeBarycenterProblem<A extends FloatArray>(
  take: Take,
  X: Batch<A>,
  { weights, init, maxIterations, tolerance }: BarycenterOptions<A>,
  defaults: { maxIterations: number; tolerance: number },
): BarycenterProblem<A> {
  const series = denseBatchOnly(X, 'X');
  const checkedWeights = checkWeights(weights, series.count);
  const start = init === undefined ? null : checkInit(init, series);
  const problem = {
    maxIterations: checkWhole(maxIterations ?? defaults.maxIterations, 'maxIterations', 0),
    tolerance: checkFinite(tolerance ?? defaults.tolerance, 'tolerance', 0),
  };
  [series.data] = take(series.data);
  return { series, weights: checkedWeights, start: start ?? meanOfStretched(series, checkedWeights), ...problem };
}

/** As many copies of one point of the search, in the dtype of the series, as there are series to compare it with. */
export class Candidates<A extends FloatArray> implements DenseBatch<A> {
  readonly data: A;
  readonly count: number;
  readonly length: number;
  readonly channels: number;
  readonly lengths = null;
  readonly single = false;

  constructor({ series, start }: BarycenterProblem<A>) {
    this.count = series.count;
    this.channels = series.channels;
    this.length = start.length / series.channels;
    this.data = zerosLike(series.data, this.count * start.length);
  }

  set(point: Float64Array): void {
    this.data.set(point);
    for (let copy = 1; copy < this.count; copy++) this.data.copyWithin(copy * point.length, 0, point.length);
  }
}

/** The weighted mean of the values; a start without a warping path to some series leads nowhere. */
export function weightedMean(values: FloatArray, weights: Float64Array): number {
  let mean = 0;
  for (let index = 0; index < values.length; index++) {
    if (weights[index] === 0) continue;
    if (values[index] === Infinity)
      throw expectedValue('a series with a warping path to the barycenter', `X[${index}]`, values[index]);
    mean += weights[index] * values[index];
  }
  return mean;
}

/** The result in the dtype of the series; all NaN where its weighted mean of values is NaN. */
export function barycenterSeries<A extends FloatArray>(
  { series }: BarycenterProblem<A>,
  point: Float64Array,
  mean: number,
): { data: A; channels: number } {
  const data = zerosLike(series.data, point.length);
  if (Number.isNaN(mean)) data.fill(NaN);
  else data.set(point);
  return { data, channels: series.channels };
}

function checkWeights(weights: unknown, count: number): Float64Array {
  if (weights === undefined) return new Float64Array(count).fill(1 / count);
  const list = checkList(weights, 'weights', count);
  const checked = Float64Array.from(list, (weight, index) => checkFinite(weight, `weights[${index}]`, 0));
  const sum = checked.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0 && Number.isFinite(sum))) throw expectedValue('weights of a finite sum > 0', 'weights', weights);
  return checked.map((weight) => weight / sum);
}

function checkInit<A extends FloatArray>(init: Series<A>, series: DenseBatch<A>): Float64Array {
  const start = denseInput(init, 'init');
  if (!start.single) throw expectedType('one series', 'init', init);
  checkComparable(series, start, 'X', 'init');
  return Float64Array.from(start.data);
}

function meanOfStretched(series: DenseBatch, weights: Float64Array): Float64Array {
  const { data, count, length, channels } = series;
  const longest = Array.from({ length: count }, (_, index) => lengthOf(series, index)).reduce((a, b) => Math.max(a, b));
  const mean = new Float64Array(longest * channels);
  for (let index = 0; index < count; index++) {
    if (weights[index] === 0) continue;
    const stretch = longest === 1 ? 0 : (lengthOf(series, index) - 1) / (longest - 1);
    for (let point = 0; point < longest; point++) {
      const before = Math.floor(point * stretch);
      const share = point * stretch - before;
      for (let channel = 0; channel < channels; channel++) {
        const at = (index * length + before) * channels + channel;
        // The last point has none after it, and the padding there must not be read.
        const value = share === 0 ? data[at] : (1 - share) * data[at] + share * data[at + channels];
        mean[point * channels + channel] += weights[index] * value;
      }
    }
  }
  return mean;
}
