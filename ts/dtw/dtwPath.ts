import type { FloatArray } from '../native/NativeBinding';
import { takeOne, zerosLike } from './arrays';
import { runAsync, type AsyncOptions } from './async';
import { takeCosts, type CostBatch } from './costs';
import { takeFor } from './device';
import { hardCostKeys, hardKeys, resolveOptions, type DtwOptions } from './options';
import { costPairs, matchedPairs } from './pairs';
import { rootAll } from './root';
import { roomForValues, takeMatched, type Batch, type Series } from './series';
import { leaveInputs, nativeCall, runSteps, type Steps, type Take } from './steps';

/**
 * DTW and one best warping path.
 *
 * @param x, y two series or two batches, as of dtw.
 * @returns `value` as dtw; `path`, the matched pairs (i, j) of points of x and y from start to end, interleaved [pairs, 2] and
 *   zero-based; empty where the value is +Infinity or NaN. For batches a list of them. Ties: diagonal, then the move that stays on x; with openEnd the
 *   first of the best ends.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function dtwPath<A extends FloatArray>(
  x: Series<A>,
  y: Series<A>,
  options?: DtwOptions,
): { value: number; path: Int32Array };
export function dtwPath<A extends FloatArray>(
  x: Batch<A>,
  y: Batch<A>,
  options?: DtwOptions,
): { value: A; path: Int32Array[] };
export function dtwPath<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options?: DtwOptions,
): PathOf<A> {
  return runSteps(dtwPathSteps(leaveInputs, x, y, options));
}

/** dtwPath on other threads; see AsyncOptions. */
export function dtwPathAsync<A extends FloatArray>(
  x: Series<A>,
  y: Series<A>,
  options?: DtwOptions & AsyncOptions,
): Promise<{ value: number; path: Int32Array }>;
export function dtwPathAsync<A extends FloatArray>(
  x: Batch<A>,
  y: Batch<A>,
  options?: DtwOptions & AsyncOptions,
): Promise<{ value: A; path: Int32Array[] }>;
export function dtwPathAsync<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options: DtwOptions & AsyncOptions = {},
): Promise<PathOf<A>> {
  return runAsync(options, (rest, take) => dtwPathSteps(take, x, y, rest));
}

type PathOf<A> = { value: number; path: Int32Array } | { value: A; path: Int32Array[] };

function* dtwPathSteps<A extends FloatArray>(
  take: Take,
  xInput: Series<A> | Batch<A>,
  yInput: Series<A> | Batch<A>,
  options: DtwOptions | undefined,
): Steps<PathOf<A>> {
  const { cost, paths, maxDistance, root, device } = resolveOptions(options, hardKeys);
  const { x, y } = takeMatched(takeFor(device, take), xInput, yInput);
  const value = roomForValues(x);
  const found = new PathBuffer(x.count, x.length, y.length);
  yield [
    nativeCall('hardDtw', [
      ...matchedPairs(x, y, cost),
      ...paths,
      maxDistance,
      device.code,
      value,
      found.cells,
      found.lengths,
    ]),
  ];
  if (root) rootAll(value);
  return x.single ? { value: takeOne(value), path: found.path(0) } : { value, path: found.all() };
}

/**
 * DTW and one best warping path of each of given cost matrices.
 *
 * @param costs [batch, rows, cols], ragged with `sizes`; +Infinity forbids a cell.
 * @returns as of dtwPath for batches; (i, j) is (row, column).
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function dtwPathFromCost<A extends FloatArray>(
  costs: CostBatch<A>,
  options?: Omit<DtwOptions, 'cost'>,
): { value: A; path: Int32Array[] } {
  return runSteps(dtwPathFromCostSteps(leaveInputs, costs, options));
}

/** dtwPathFromCost on other threads; see AsyncOptions. */
export function dtwPathFromCostAsync<A extends FloatArray>(
  costs: CostBatch<A>,
  options: Omit<DtwOptions, 'cost'> & AsyncOptions = {},
): Promise<{ value: A; path: Int32Array[] }> {
  return runAsync(options, (rest, take) => dtwPathFromCostSteps(take, costs, rest));
}

function* dtwPathFromCostSteps<A extends FloatArray>(
  take: Take,
  input: CostBatch<A>,
  options: Omit<DtwOptions, 'cost'> | undefined,
): Steps<{ value: A; path: Int32Array[] }> {
  const { paths, maxDistance, root, device } = resolveOptions(options, hardCostKeys);
  const costs = takeCosts(takeFor(device, take), input);
  const value = zerosLike(costs.data, costs.count);
  const found = new PathBuffer(costs.count, costs.rows, costs.cols);
  yield [
    nativeCall('hardDtwFromCost', [
      ...costPairs(costs),
      ...paths,
      maxDistance,
      device.code,
      value,
      found.cells,
      found.lengths,
    ]),
  ];
  if (root) rootAll(value);
  return { value, path: found.all() };
}

/** Room for the longest paths there can be, which the addon fills. */
export class PathBuffer {
  readonly cells: Int32Array;
  readonly lengths: Int32Array;
  private readonly room: number;

  constructor(pairs: number, rows: number, cols: number) {
    this.room = (rows + cols - 1) * 2;
    this.cells = new Int32Array(pairs * this.room);
    this.lengths = new Int32Array(pairs);
  }

  /** A copy, so that a short path does not keep all the room. */
  path(pair: number): Int32Array {
    const start = pair * this.room;
    return this.cells.slice(start, start + this.lengths[pair] * 2);
  }

  all(): Int32Array[] {
    return Array.from(this.lengths, (_, pair) => this.path(pair));
  }
}
