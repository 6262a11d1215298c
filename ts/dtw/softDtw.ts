import { loadBinding } from '../native/loadBinding';
import type { FloatArray, StepPatternCode } from '../native/NativeBinding';
import { expectedType, expectedValue } from '../util/expected';
import { costMatrix, costMatrixGradient } from './costMatrix';
import { resolveOptions, type SoftDtwOptions } from './options';
import { checkCostBatch, densePair, zerosLike, type Batch, type CostBatch, type Series } from './series';

const seriesOptions = ['cost', 'stepPattern', 'gamma', 'root'];
const costOptions = ['stepPattern', 'gamma', 'root'];

/**
 * Soft-DTW: the soft minimum -gamma log(sum over warping paths of exp(-summed cost / gamma)).
 *
 * It may be negative and is no distance. For gamma -> 0 it tends to dtw() without `root`; gamma 0 is that limit.
 *
 * Source: Cuturi & Blondel, "Soft-DTW: a differentiable loss function for time-series", ICML 2017, equation 1.
 *
 * @param x, y two series [length, channels] of the same channels, or two batches of the same size [batch, length, channels];
 *   Float32Array for float32 arithmetic and results, Float64Array for float64; mixing them is a TypeError.
 * @returns a number for two series; for batches one value per pair [batch], in the dtype of the input. In units of the cost.
 *   +Infinity where no path is admissible (stayOrAdvance with x longer than y); NaN where a pair holds NaN.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function softDtw<A extends FloatArray>(x: Series<A>, y: Series<A>, options?: SoftDtwOptions): number;
export function softDtw<A extends FloatArray>(x: Batch<A>, y: Batch<A>, options?: SoftDtwOptions): A;
export function softDtw<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options: SoftDtwOptions = {},
): number | A {
  const resolved = resolveSoft(options, seriesOptions);
  const pair = densePair(x, y);
  const value = forward(costMatrix(pair.x, pair.y, resolved.cost), resolved);
  return pair.x.single ? value[0] : value;
}

/**
 * Soft-DTW over given cost matrices.
 *
 * @param costs [batch, rows, cols]; +Infinity forbids a cell.
 * @returns value [batch], in the dtype and units of the costs; see softDtw.
 */
export function softDtwFromCost<A extends FloatArray>(costs: CostBatch<A>, options: SoftDtwOptions = {}): A {
  return forward(checkCostBatch(costs), resolveSoft(options, costOptions));
}

export interface SoftDtwGradient<A extends FloatArray> {
  /** [batch] */
  value: A;
  /** d value / d x, [batch, length of x, channels] */
  x?: A;
  /** d value / d y, [batch, length of y, channels] */
  y?: A;
  /** d value / d cost = E, the expected alignment, [batch, rows, cols] */
  cost?: A;
}

/**
 * The values of softDtw, and the gradients asked for, in one pass.
 *
 * E is the probability, in [0, 1], that a path drawn with weight exp(-summed cost / gamma) visits a cell; it is 0 where no path is
 * admissible and NaN where the value is NaN. With gamma 0 it is 1 on one best path (a subgradient).
 *
 * Source: Cuturi & Blondel 2017, algorithm 2 (E) and equation 3 (the series' gradients).
 *
 * @param x, y two batches of the same size [batch, length, channels].
 * @param options.wrt what to differentiate by: any of 'x', 'y', 'cost', at least one.
 */
export function softDtwGradient<A extends FloatArray>(
  x: Batch<A>,
  y: Batch<A>,
  options: SoftDtwOptions & { wrt: ReadonlyArray<'x' | 'y' | 'cost'> },
): SoftDtwGradient<A> {
  const resolved = resolveSoft(options, [...seriesOptions, 'wrt']);
  const wrt = checkWrt(options.wrt);
  const pair = densePair(x, y);
  if (pair.x.single) throw expectedType('a batch', 'x', x);
  const { value, cost } = backward(costMatrix(pair.x, pair.y, resolved.cost), resolved);
  const wanted = { x: wrt.includes('x'), y: wrt.includes('y') };
  return {
    value,
    ...((wanted.x || wanted.y) && costMatrixGradient(pair.x, pair.y, resolved.cost, cost, wanted)),
    ...(wrt.includes('cost') && { cost }),
  };
}

/** The values of softDtwFromCost and `cost`, the expected alignment [batch, rows, cols]; see softDtwGradient. */
export function softDtwGradientFromCost<A extends FloatArray>(
  costs: CostBatch<A>,
  options: SoftDtwOptions = {},
): { value: A; cost: A } {
  return backward(checkCostBatch(costs), resolveSoft(options, costOptions));
}

function resolveSoft(options: SoftDtwOptions, allowed: readonly string[]) {
  const resolved = resolveOptions(options, allowed);
  if (resolved.root) throw expectedValue('false, since only dtw() takes a root,', 'root', true);
  return resolved;
}

function checkWrt(wrt: unknown): ReadonlyArray<unknown> {
  if (!Array.isArray(wrt)) throw expectedType("a list of 'x', 'y', 'cost'", 'wrt', wrt);
  if (wrt.length === 0 || !wrt.every((name) => name === 'x' || name === 'y' || name === 'cost')) {
    throw expectedValue("at least one of 'x', 'y', 'cost'", 'wrt', wrt);
  }
  return wrt;
}

interface Recursion {
  pattern: StepPatternCode;
  gamma: number;
}

function forward<A extends FloatArray>(
  { cost, shape: [batch, rows, cols] }: CostBatch<A>,
  { pattern, gamma }: Recursion,
): A {
  const value = zerosLike(cost, batch);
  loadBinding().softDtwForward(batch, rows, cols, pattern, gamma, cost, value);
  return value;
}

function backward<A extends FloatArray>(
  { cost, shape: [batch, rows, cols] }: CostBatch<A>,
  { pattern, gamma }: Recursion,
): { value: A; cost: A } {
  const value = zerosLike(cost, batch);
  const gradient = zerosLike(cost, cost.length);
  loadBinding().softDtwGradient(batch, rows, cols, pattern, gamma, cost, value, gradient);
  return { value, cost: gradient };
}
