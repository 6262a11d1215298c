import { loadBinding } from '../native/loadBinding';
import type { FloatArray } from '../native/NativeBinding';
import { expectedType } from '../util/expected';
import { costMatrix } from './costMatrix';
import { resolveOptions, type DtwOptions } from './options';
import { checkCostBatch, densePair, zerosLike, type Batch, type CostBatch, type Series } from './series';

const seriesOptions = ['cost', 'stepPattern', 'root'];
const costOptions = ['stepPattern', 'root'];

/**
 * Dynamic time warping: the smallest summed cost over all warping paths, or its square root with `root`.
 *
 * Source: Sakoe & Chiba, "Dynamic programming algorithm optimization for spoken word recognition", 1978.
 *
 * @param x, y two series [length, channels] of the same channels, or two batches of the same size [batch, length, channels];
 *   Float32Array for float32 arithmetic and results, Float64Array for float64; mixing them is a TypeError.
 * @returns a number for two series; for batches one value per pair [batch], in the dtype of the input. In units of the cost.
 *   +Infinity where no path is admissible (stayOrAdvance with x longer than y); NaN where a pair holds NaN.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function dtw<A extends FloatArray>(x: Series<A>, y: Series<A>, options?: DtwOptions): number;
export function dtw<A extends FloatArray>(x: Batch<A>, y: Batch<A>, options?: DtwOptions): A;
export function dtw<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options: DtwOptions = {},
): number | A {
  const resolved = resolveOptions(options, seriesOptions);
  const pair = densePair(x, y);
  const value = hardValue(costMatrix(pair.x, pair.y, resolved.cost), resolved);
  return pair.x.single ? value[0] : value;
}

/**
 * DTW over given cost matrices.
 *
 * @param costs [batch, rows, cols]; +Infinity forbids a cell.
 * @returns value [batch], in the dtype of the costs; see dtw.
 */
export function dtwFromCost<A extends FloatArray>(costs: CostBatch<A>, options: DtwOptions = {}): A {
  return hardValue(checkCostBatch(costs), resolveOptions(options, costOptions));
}

/**
 * DTW and one best warping path of two series.
 *
 * @returns `value` as dtw; `path`, the matched pairs (i, j) of points of x and y from start to end, interleaved [pairs, 2] and
 *   zero-based; empty where no path is admissible. Ties: diagonal, then the move that stays on x.
 */
export function dtwPath<A extends FloatArray>(
  x: Series<A>,
  y: Series<A>,
  options: DtwOptions = {},
): { value: number; path: Int32Array } {
  const resolved = resolveOptions(options, seriesOptions);
  const pair = densePair(x, y);
  if (!pair.x.single) throw expectedType('one series', 'x', x);
  const { cost, shape } = costMatrix(pair.x, pair.y, resolved.cost);
  const [, rows, cols] = shape;
  const value = zerosLike(cost, 1);
  const path = new Int32Array((rows + cols - 1) * 2);
  const pathLength = new Int32Array(1);
  loadBinding().hardDtwPath(1, rows, cols, resolved.pattern, cost, value, path, pathLength);
  return { value: rooted(value, resolved.root)[0], path: path.slice(0, pathLength[0] * 2) };
}

type Resolved = ReturnType<typeof resolveOptions>;

function hardValue<A extends FloatArray>(
  { cost, shape: [batch, rows, cols] }: CostBatch<A>,
  { pattern, root }: Resolved,
): A {
  const value = zerosLike(cost, batch);
  loadBinding().hardDtw(batch, rows, cols, pattern, cost, value);
  return rooted(value, root);
}

function rooted<A extends FloatArray>(value: A, root: boolean): A {
  if (root) value.forEach((summed, index) => (value[index] = Math.sqrt(summed)));
  return value;
}
