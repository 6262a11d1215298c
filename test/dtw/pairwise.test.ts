import fc from 'fast-check';
import { loadBinding } from '../../ts/native/loadBinding';
import { dtw, pairwise, pairwiseAsync, softDtw, type Series, type SoftDtwOptions } from '../../ts/index';
import {
  batchOf,
  expectClose,
  gammas,
  seriesInput,
  seriesProblems,
  warpingOptions,
  type Points,
  type SeriesProblem,
} from './problems';

const counts = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }));

/** [x.length, y.length], one call a pair. */
function loop({ channels, type }: SeriesProblem, xs: Points[], ys: Points[], options: SoftDtwOptions): number[][] {
  const one = (x: Series, y: Series) => (options.gamma === undefined ? dtw(x, y, options) : softDtw(x, y, options));
  return xs.map((x) => ys.map((y) => one(seriesInput(x, channels, type), seriesInput(y, channels, type))));
}

function expectAll(actual: ArrayLike<number>, expected: number[], { type }: SeriesProblem): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, k) => expectClose(actual[k], value, type, 20 * Math.min(Math.abs(value), 100)));
}

const hardOrSoft = fc.option(gammas, { nil: undefined });

test('X against Y is a loop over all pairs', () => {
  fc.assert(
    fc.property(seriesProblems(counts), warpingOptions, hardOrSoft, (problem, paths, gamma) => {
      const options = { ...paths, cost: problem.cost, ...(gamma !== undefined && { gamma }) };
      const [x, y] = [batchOf(problem, problem.x), batchOf(problem, problem.y)];
      const all = pairwise(x, y, gamma === undefined ? options : { ...options, gamma, soft: true });
      expectAll(all, loop(problem, problem.x, problem.y, options).flat(), problem);
    }),
    { numRuns: 200 },
  );
});

test('X with itself is a loop over all pairs, symmetric or not; condensed is its upper triangle', () => {
  fc.assert(
    fc.property(seriesProblems(counts), warpingOptions, hardOrSoft, (problem, paths, gamma) => {
      // Labels as scores would be log(0).
      fc.pre(problem.cost !== 'binaryCrossEntropy');
      const options = { ...paths, cost: problem.cost, ...(gamma !== undefined && { gamma }) };
      const x = batchOf(problem, problem.x);
      const expected = loop(problem, problem.x, problem.x, options);
      const given = gamma === undefined ? options : { ...options, gamma, soft: true as const };
      expectAll(pairwise(x, undefined, given), expected.flat(), problem);
      const upper = expected.flatMap((row, p) => row.slice(p + 1));
      expectAll(pairwise(x, null, { ...given, condensed: true }), upper, problem);
    }),
    { numRuns: 200 },
  );
});

test('what is done to the values of all pairs is work of the addon, in jobs where asynchronous', async () => {
  const [binding, count] = [loadBinding(), 70];
  const problem = {
    data: Float32Array.from({ length: count * 2 }, (_, k) => Math.sin(k * k)),
    shape: [count, 2, 1],
  } as const;
  const expected = Array.from({ length: count ** 2 }, (_, pair) => {
    const [x, y] = [Math.floor(pair / count), pair % count].map((at) => problem.data.slice(2 * at, 2 * at + 2));
    return dtw(x, y, { root: true });
  });
  const spies = (['squareRoots', 'mirror'] as const).map((name) => [
    jest.spyOn(binding, name),
    jest.spyOn(binding, `${name}Async`),
  ]);
  const calls = () => spies.flat().map((spy) => spy.mock.calls.length);
  expect(Array.from(pairwise(problem, undefined, { root: true }))).toEqual(expected);
  expect(calls()).toEqual([1, 0, 1, 0]);
  expect(Array.from(await pairwiseAsync(problem, undefined, { root: true }))).toEqual(expected);
  expect(calls()).toEqual([1, 1, 1, 1]);
  expect(Array.from(await pairwiseAsync(problem, problem, { root: true }))).toEqual(expected);
  expect(calls()).toEqual([1, 2, 1, 1]);
  jest.restoreAllMocks();
});

test('the costs that are not symmetric are computed in both directions', () => {
  const scores = { data: Float64Array.of(0.2, 0.5, 0.9, 0.4, 0.3, 0.7), shape: [2, 3, 1] as const };
  const [a, b] = [scores.data.subarray(0, 3), scores.data.subarray(3)];
  const cost = 'binaryCrossEntropy';
  const all = pairwise(scores, undefined, { cost });
  [dtw(a, a, { cost }), dtw(a, b, { cost }), dtw(b, a, { cost }), dtw(b, b, { cost })].forEach((value, k) =>
    expect(all[k]).toBeCloseTo(value, 12),
  );
  expect(all[1]).not.toBeCloseTo(all[2], 3);
});

test('in an Itakura band, whose mask is rounded differently along its two axes, both directions are computed', () => {
  const options = { itakuraSlope: 1.7 };
  let state = 1;
  const digits = (length: number) =>
    Float64Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * 10);
    });
  let differ = 0;
  for (let trial = 0; trial < 1000; trial++) {
    const X = [digits(100), digits(149)];
    const both = [dtw(X[0], X[1], options), dtw(X[1], X[0], options)];
    if (both[0] === both[1]) continue;
    differ++;
    expect(Array.from(pairwise(X, undefined, options))).toEqual([0, ...both, 0]);
  }
  expect(differ).toBeGreaterThan(0);
});

test('the diagonal is d(x, x): 0 for dtw, below 0 for soft-DTW', () => {
  const X = [Float32Array.of(1, 2, 3), Float32Array.of(0, 5)];
  const hard = pairwise(X);
  expect([hard[0], hard[3]]).toEqual([0, 0]);
  const soft = pairwise(X, undefined, { soft: true, gamma: 2 });
  expect(soft[0]).toBeLessThan(0);
  expect(soft[0]).toBeCloseTo(softDtw(X[0], X[0], { gamma: 2 }), 5);
});

test('one series: its own value, or nothing', () => {
  expect(pairwise([Float64Array.of(1, 2)])).toEqual(Float64Array.of(0));
  expect(pairwise([Float64Array.of(1, 2)], undefined, { condensed: true })).toEqual(new Float64Array(0));
});

test('root and maxDistance are those of dtw', () => {
  const X = [Float64Array.of(0), Float64Array.of(3), Float64Array.of(10)];
  expect(pairwise(X, undefined, { root: true, maxDistance: 7, condensed: true })).toEqual(
    Float64Array.of(3, Infinity, 7),
  );
});
