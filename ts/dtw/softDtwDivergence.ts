import type { FloatArray } from '../native/NativeBinding';
import { runAsync, type AsyncOptions } from './async';
import { takeFor } from './device';
import { resolveOptions, softKeys, type SoftDtwOptions } from './options';
import { matchedPairs } from './pairs';
import { roomForValues, takeMatched, valuesIn, type Batch, type DenseBatch, type Series } from './series';
import { leaveInputs, nativeCall, runSteps, type Steps, type Take } from './steps';

/** Open ends are left out: they would make d(x, y) and d(x, x) values of different things. */
export type DivergenceOptions = Omit<SoftDtwOptions, 'openStart' | 'openEnd'>;

const divergenceKeys = softKeys.filter((key) => key !== 'openStart' && key !== 'openEnd');

/**
 * The soft-DTW divergence d(x, y) - (d(x, x) + d(y, y)) / 2 with d = softDtw: 0 for equal series and, with squaredEuclidean and symmetric1, never
 * negative (up to rounding); x and y may be of unequal lengths.
 *
 * Source: Blondel, Mensch & Vert, "Differentiable divergences between time series", AISTATS 2021, equation 7.
 *
 * @param x, y as of softDtw.
 * @returns a number for two series; for batches one value per pair [batch], in the dtype of the input. In units of the cost.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function softDtwDivergence<A extends FloatArray>(
  x: Series<A>,
  y: Series<A>,
  options?: DivergenceOptions,
): number;
export function softDtwDivergence<A extends FloatArray>(x: Batch<A>, y: Batch<A>, options?: DivergenceOptions): A;
export function softDtwDivergence<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options?: DivergenceOptions,
): number | A {
  return runSteps(softDtwDivergenceSteps(leaveInputs, x, y, options));
}

/** softDtwDivergence on other threads; see AsyncOptions. */
export function softDtwDivergenceAsync<A extends FloatArray>(
  x: Series<A>,
  y: Series<A>,
  options?: DivergenceOptions & AsyncOptions,
): Promise<number>;
export function softDtwDivergenceAsync<A extends FloatArray>(
  x: Batch<A>,
  y: Batch<A>,
  options?: DivergenceOptions & AsyncOptions,
): Promise<A>;
export function softDtwDivergenceAsync<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options: DivergenceOptions & AsyncOptions = {},
): Promise<number | A> {
  return runAsync(options, (rest, take) => softDtwDivergenceSteps(take, x, y, rest));
}

function* softDtwDivergenceSteps<A extends FloatArray>(
  take: Take,
  xInput: Series<A> | Batch<A>,
  yInput: Series<A> | Batch<A>,
  options: DivergenceOptions | undefined,
): Steps<number | A> {
  const { cost, paths, gamma, device } = resolveOptions(options, divergenceKeys);
  const { x, y } = takeMatched(takeFor(device, take), xInput, yInput);
  const values = [0, 1, 2].map(() => roomForValues(x));
  const [xy, xx, yy] = values;
  const call = (first: DenseBatch<A>, second: DenseBatch<A>, value: A) =>
    nativeCall('softDtw', [...matchedPairs(first, second, cost), ...paths, gamma, device.code, value]);
  yield [call(x, y, xy), call(x, x, xx), call(y, y, yy)];
  for (let pair = 0; pair < x.count; pair++) xy[pair] -= (xx[pair] + yy[pair]) / 2;
  const [divergence] = values.map((room) => valuesIn(room, x));
  return divergence;
}
