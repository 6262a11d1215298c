import fc from 'fast-check';
import {
  accumulatedCost,
  dtw,
  softAlignment,
  softDtw,
  softDtwFromCost,
  softDtwGradient,
  softDtwGradientFromCost,
} from '../../ts/index';
import { dtw as oracle, seriesGradients } from '../oracle/dtw';
import {
  batchOf,
  costBatchOf,
  costProblems,
  costsOf,
  cut,
  expectClose,
  gammas,
  matchedCounts,
  rulesOf,
  scaleOf,
  seriesInput,
  seriesProblems,
  warpingOptions,
  type Dtype,
} from './problems';

/** An error of the costs of `scale` changes the weight of a path by its gamma-th part. */
function expectedAlignmentScale(scale: number, gamma: number): number {
  return 1 + scale / gamma / 10;
}

function expectMatrix(actual: number[][], expected: number[][], type: Dtype, scale: number): void {
  expected.forEach((row, i) => row.forEach((value, j) => expectClose(actual[i][j], value, type, scale)));
}

test('series: values and all gradients with all options combined are those of the oracle', () => {
  fc.assert(
    fc.property(seriesProblems(matchedCounts), warpingOptions, gammas, (problem, paths, gamma) => {
      const { type, channels, cost } = problem;
      const options = { ...paths, gamma, cost };
      const [x, y] = [batchOf(problem, problem.x), batchOf(problem, problem.y)];
      const longest = (points: number[][][]) =>
        Math.max(...points.map(({ length }) => length)) + Number(problem.padded);
      const [rows, cols] = [longest(problem.x), longest(problem.y)];
      const actual = softDtwGradient(x, y, { ...options, wrt: ['x', 'y', 'cost'] });
      const values = softDtw(x, y, options);
      expect(softAlignment(x, y, options)).toEqual(actual.cost);

      costsOf(problem).forEach((costs, pair) => {
        const [n, m] = [costs.length, costs[0].length];
        const expected = oracle(costs, rulesOf(paths, n, m), gamma);
        const scale = scaleOf(costs, options);
        const shareScale = expectedAlignmentScale(scale, gamma);
        expectClose(values[pair], expected.value, type, scale);
        expectClose(actual.value[pair], expected.value, type, scale);
        expectMatrix(cut(actual.cost, [rows, cols], pair, [n, m]), expected.expected, type, shareScale);
        const gradients = seriesGradients(cost, problem.x[pair], problem.y[pair], expected.expected);
        // binaryCrossEntropy has derivatives of up to 50 here.
        const gradientScale = 50 * shareScale;
        expectMatrix(cut(actual.x, [rows, channels], pair, [n, channels]), gradients.x, type, gradientScale);
        expectMatrix(cut(actual.y, [cols, channels], pair, [m, channels]), gradients.y, type, gradientScale);
      });
    }),
    { numRuns: 250 },
  );
});

test('costs: values and expected alignments with all options combined are those of the oracle', () => {
  fc.assert(
    fc.property(costProblems, warpingOptions, gammas, (problem, paths, gamma) => {
      const batch = costBatchOf(problem);
      const [, rows, cols] = batch.shape;
      const { value, cost } = softDtwGradientFromCost(batch, { ...paths, gamma });
      const forward = softDtwFromCost(batch, { ...paths, gamma });
      problem.costs.forEach((costs, pair) => {
        const [n, m] = [costs.length, costs[0].length];
        const expected = oracle(costs, rulesOf(paths, n, m), gamma);
        const scale = scaleOf(costs, { ...paths, gamma });
        expectClose(value[pair], expected.value, problem.type, scale);
        expectClose(forward[pair], expected.value, problem.type, scale);
        const actual = cut(cost, [rows, cols], pair, [n, m]);
        expectMatrix(actual, expected.expected, problem.type, expectedAlignmentScale(scale, gamma));
      });
    }),
    { numRuns: 250 },
  );
});

test('a gradient asked for alone is the one asked for with others', () => {
  fc.assert(
    fc.property(seriesProblems(matchedCounts), warpingOptions, gammas, (problem, paths, gamma) => {
      const options = { ...paths, gamma, cost: problem.cost };
      const [x, y] = [batchOf(problem, problem.x), batchOf(problem, problem.y)];
      const all = softDtwGradient(x, y, { ...options, wrt: ['x', 'y', 'cost'] });
      for (const name of ['x', 'y', 'cost'] as const) {
        const alone = softDtwGradient(x, y, { ...options, wrt: [name] });
        expect(Object.keys(alone).sort()).toEqual(['value', name].sort());
        alone[name].forEach((value, k) => expectClose(value, all[name][k], problem.type, Math.abs(all[name][k])));
      }
    }),
    { numRuns: 100 },
  );
});

test('the accumulated cost is that of the oracle, and gamma 0 the hard one', () => {
  const pairs = seriesProblems(fc.constant([1, 1] as const));
  fc.assert(
    fc.property(pairs, warpingOptions, fc.oneof(gammas, fc.constant(0)), (problem, paths, gamma) => {
      const { channels, type, cost } = problem;
      const [x, y] = [problem.x, problem.y].map(([points]) => seriesInput(points, channels, type));
      const [costs] = costsOf(problem);
      const [n, m] = [costs.length, costs[0].length];
      const actual = accumulatedCost(x, y, { ...paths, gamma, cost });
      const { accumulated } = oracle(costs, rulesOf(paths, n, m), gamma);
      expectMatrix(cut(actual, [n, m], 0, [n, m]), accumulated, type, scaleOf(costs, { ...paths, gamma }));
    }),
    { numRuns: 200 },
  );
});

test('gamma 0 is the hard value, and its gradient marks one best path', () => {
  fc.assert(
    fc.property(costProblems, warpingOptions, (problem, paths) => {
      const batch = costBatchOf(problem);
      const [, rows, cols] = batch.shape;
      const { value, cost } = softDtwGradientFromCost(batch, { ...paths, gamma: 0 });
      problem.costs.forEach((costs, pair) => {
        const [n, m] = [costs.length, costs[0].length];
        const expected = oracle(costs, rulesOf(paths, n, m), 0);
        const scale = scaleOf(costs, paths);
        expectClose(value[pair], expected.value, problem.type, scale);
        const marked = cut(cost, [rows, cols], pair, [n, m]).flatMap((row, i) =>
          row.flatMap((share, j) => (share === 0 ? [] : [[i, j, share]])),
        );
        expect(marked.every(([, , share]) => share === 1)).toBe(true);
        if (expected.value === Infinity) return expect(marked).toEqual([]);
        let sum = 0;
        marked.forEach(([i, j], k) => {
          const [before, left] = k === 0 ? [i - 1, j - 1] : marked[k - 1];
          expect(i - before <= 1 && j - left <= 1).toBe(true);
          sum += costs[i][j] + (i > before && j > left ? 0 : (paths.stepPenalty ?? 0));
        });
        expectClose(sum, expected.value, problem.type, scale);
      });
    }),
    { numRuns: 200 },
  );
});

test('NaN where paths may pass is NaN in the results of its pair alone; outside a band it is not seen', () => {
  const clean = Float32Array.from({ length: 25 }, (_, k) => Math.sin(k));
  const at = (i: number, j: number) => {
    const cost = Float32Array.from([...clean, ...clean]);
    cost[25 + i * 5 + j] = NaN;
    return softDtwGradientFromCost({ cost, shape: [2, 5, 5] }, { sakoeChibaRadius: 1 });
  };
  const expected = softDtwGradientFromCost({ cost: clean, shape: [1, 5, 5] }, { sakoeChibaRadius: 1 });
  const inside = at(2, 3);
  expect(inside.value[0]).toBe(expected.value[0]);
  expect(inside.cost.slice(0, 25)).toEqual(expected.cost);
  expect(inside.value[1]).toBeNaN();
  inside.cost.slice(25).forEach((share, k) => {
    if (Math.abs(Math.floor(k / 5) - (k % 5)) <= 1) expect(share).toBeNaN();
    else expect(share).toBe(0);
  });
  const outside = at(0, 2);
  expect(outside.value[1]).toBe(expected.value[0]);
  expect(outside.cost.slice(25)).toEqual(expected.cost);
});

test.each([
  [Float32Array, -1e30, 1e-9],
  [Float32Array, -1e20, 1e-19],
  [Float32Array, -3e37, 0.1],
  [Float64Array, -1e300, 1e-9],
] as const)('%p: costs of %d with gamma %d are finite', (type, each, gamma) => {
  const cost = new type(16).fill(each);
  const { value, cost: shares } = softDtwGradientFromCost({ cost, shape: [1, 4, 4] }, { gamma });
  expect(value[0] / (7 * each)).toBeCloseTo(1, 6);
  expect(Array.from(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(7, 4);
  const blocked = softDtwGradientFromCost({ cost, shape: [1, 8, 2] }, { gamma, stepPattern: 'stayOrAdvance' });
  expect(blocked.value[0]).toBe(Infinity);
  expect(Array.from(blocked.cost).every((share) => share === 0)).toBe(true);
});

test('where the value is beyond float32 it is +Infinity, of gradient 0', () => {
  const [x, y] = [Float32Array.of(1e30), Float32Array.of(-2e30)];
  const result = softDtwGradient(x, y, { wrt: ['x', 'y', 'cost'] });
  expect(result.value).toBe(Infinity);
  expect([...result.x, ...result.y, ...result.cost]).toEqual([0, 0, 0]);
});

test('binaryCrossEntropy of scores outside [0, 1] is NaN, hard and soft', () => {
  for (const type of [Float32Array, Float64Array]) {
    for (const label of [0, 0.5, 1]) {
      for (const score of [-0.5, 1.5, -Infinity, Infinity]) {
        const [x, y] = [type.of(label), type.of(score)];
        expect(softDtw(x, y, { cost: 'binaryCrossEntropy' })).toBeNaN();
        expect(dtw(x, y, { cost: 'binaryCrossEntropy' })).toBeNaN();
      }
    }
  }
});
