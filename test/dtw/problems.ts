import fc from 'fast-check';
import type { Batch, CostBatch, FloatArray, Series, SoftDtwOptions, WarpingOptions } from '../../ts/index';
import { costMatrix, insideBand, type Band, type PointCost } from '../oracle/dtw';
import type { PathRules } from '../oracle/enumeratePaths';

/** Problems for the oracle and for us: random series or costs, ragged in every form, with all options combined. */

export const dtypes = fc.constantFrom(Float32Array, Float64Array);
export type Dtype = typeof Float32Array | typeof Float64Array;

/** Options of the paths as we take them. */
export const warpingOptions: fc.Arbitrary<WarpingOptions> = fc
  .record({
    stepPattern: fc.constantFrom('symmetric1' as const, 'stayOrAdvance' as const),
    band: fc.oneof(
      fc.constant({}),
      fc.integer({ min: 0, max: 4 }).map((sakoeChibaRadius) => ({ sakoeChibaRadius })),
      fc.constantFrom(1, 1.3, 2, 5).map((itakuraSlope) => ({ itakuraSlope })),
    ),
    openStart: fc.boolean(),
    openEnd: fc.boolean(),
    stepPenalty: fc.constantFrom(0, 0, 0.25, 3),
  })
  .map(({ band, ...rest }) => ({ ...rest, ...band }));

export const gammas = fc.constantFrom(0.05, 0.5, 1, 20);

/** The same options in the words of the oracle, for a pair of this size. */
export function rulesOf(options: WarpingOptions, rows: number, cols: number): PathRules {
  const { stepPattern = 'symmetric1', sakoeChibaRadius, itakuraSlope, openStart, openEnd, stepPenalty } = options;
  let band: Band;
  if (sakoeChibaRadius !== undefined) band = { radius: sakoeChibaRadius };
  if (itakuraSlope !== undefined) band = { slope: itakuraSlope };
  return { moves: stepPattern, openStart, openEnd, stepPenalty, allowed: insideBand(rows, cols, band) };
}

const kinds = fc.constantFrom<PointCost>('squaredEuclidean', 'euclidean', 'absolute', 'cosine', 'binaryCrossEntropy');

/** Numbers that float32 holds exactly, so that both dtypes get the same; none so small that its square is rounded to 0. */
const exact = ({ min, max }: { min: number; max: number }) =>
  fc.integer({ min: Math.ceil(min * 4096), max: Math.floor(max * 4096) }).map((part) => part / 4096);
/** Equal points, points of zeros and ties must happen. */
const coordinates = fc.oneof({ weight: 4, arbitrary: exact({ min: -2, max: 2 }) }, fc.constantFrom(-1, 0, 1));
const labels = fc.oneof(exact({ min: 0, max: 1 }), fc.constantFrom(0, 1));
const scores = exact({ min: 0.02, max: 0.98 });

export type Points = number[][];

const seriesOf = (coordinate: fc.Arbitrary<number>, channels: number): fc.Arbitrary<Points> =>
  fc.array(fc.array(coordinate, { minLength: channels, maxLength: channels }), { minLength: 1, maxLength: 9 });

export interface SeriesProblem {
  cost: PointCost;
  channels: number;
  x: Points[];
  y: Points[];
  type: Dtype;
  padded: boolean;
}

/** `counts` sizes of the two batches. */
export function seriesProblems(counts: fc.Arbitrary<readonly [number, number]>): fc.Arbitrary<SeriesProblem> {
  return fc.tuple(counts, fc.integer({ min: 1, max: 3 }), kinds).chain(([[xCount, yCount], channels, cost]) => {
    const [ofX, ofY] = cost === 'binaryCrossEntropy' ? [labels, scores] : [coordinates, coordinates];
    return fc.record({
      cost: fc.constant(cost),
      channels: fc.constant(channels),
      x: fc.array(seriesOf(ofX, channels), { minLength: xCount, maxLength: xCount }),
      y: fc.array(seriesOf(ofY, channels), { minLength: yCount, maxLength: yCount }),
      type: dtypes,
      padded: fc.boolean(),
    });
  });
}

export const matchedCounts = fc.integer({ min: 1, max: 6 }).map((count) => [count, count] as const);

/** A list of series, or a dense batch with lengths whose padding is NaN. */
export function batchOf({ channels, type, padded }: SeriesProblem, series: Points[]): Batch {
  if (!padded) return series.map((points) => seriesInput(points, channels, type));
  const length = Math.max(...series.map((points) => points.length)) + 1;
  const data = new type(series.length * length * channels).fill(NaN);
  series.forEach((points, index) => data.set(points.flat(), index * length * channels));
  return { data, shape: [series.length, length, channels], lengths: series.map((points) => points.length) };
}

export function seriesInput(points: Points, channels: number, type: Dtype): Series {
  return { data: type.from(points.flat()), channels };
}

/** The cost matrices of the matched pairs. */
export function costsOf({ cost, x, y }: SeriesProblem): number[][][] {
  return x.map((points, pair) => costMatrix(cost, points, y[pair]));
}

export interface CostProblem {
  costs: number[][][];
  type: Dtype;
}

/** Ragged cost matrices, some cells forbidden, some costs negative. */
export const costProblems: fc.Arbitrary<CostProblem> = fc.record({
  costs: fc.array(
    fc
      .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 }))
      .chain(([rows, cols]) =>
        fc.array(
          fc.array(
            fc.oneof(
              { weight: 12, arbitrary: exact({ min: -3, max: 10 }) },
              { weight: 1, arbitrary: fc.constant(Infinity) },
              { weight: 1, arbitrary: fc.constant(0) },
            ),
            { minLength: cols, maxLength: cols },
          ),
          { minLength: rows, maxLength: rows },
        ),
      ),
    { minLength: 1, maxLength: 20 },
  ),
  type: dtypes,
});

export function costBatchOf({ costs, type }: CostProblem): CostBatch<FloatArray> & { shape: [number, number, number] } {
  const rows = Math.max(...costs.map((cost) => cost.length));
  const cols = Math.max(...costs.map((cost) => cost[0].length));
  const data = new type(costs.length * rows * cols).fill(NaN);
  costs.forEach((cost, pair) => cost.forEach((row, i) => data.set(row, (pair * rows + i) * cols)));
  return { cost: data, shape: [costs.length, rows, cols], sizes: costs.map((cost) => [cost.length, cost[0].length]) };
}

/** Row `index` of a dense [batch, rows, cols] result, cut to its real size; the rest must be `padding`. */
export function cut(
  data: ArrayLike<number>,
  [rows, cols]: readonly [number, number],
  index: number,
  [realRows, realCols]: readonly [number, number],
  padding = 0,
): number[][] {
  const all = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: cols }, (__, j) => data[(index * rows + i) * cols + j]),
  );
  all.forEach((row, i) =>
    row.forEach((value, j) => {
      if ((i >= realRows || j >= realCols) && value !== padding)
        throw new Error(`padding holds ${value} at ${i}, ${j}`);
    }),
  );
  return all.slice(0, realRows).map((row) => row.slice(0, realCols));
}

/** The rounding to expect: float32 or float64, of sums as large as `scale` and of the result itself. */
export function expectClose(actual: number, expected: number, type: Dtype, scale: number): void {
  const [unit, rounding] = type === Float32Array ? [2e-6, 2 ** -23] : [1e-11, 2 ** -52];
  const tolerance = unit * (1 + scale) + rounding * Math.abs(expected);
  if (Number.isFinite(expected) ? !(Math.abs(actual - expected) <= tolerance) : !Object.is(actual, expected))
    throw new Error(`expected ${expected} but received ${actual} (tolerance ${tolerance})`);
}

/** How large the terms are that a value, or with `gamma` an expected alignment, is made of. */
export function scaleOf(cost: number[][], options: SoftDtwOptions): number {
  const largest = Math.max(1, ...cost.flat().filter(Number.isFinite).map(Math.abs), options.stepPenalty ?? 0);
  return (cost.length + cost[0].length) * (largest + (options.gamma ?? 0));
}
