import fc from 'fast-check';
import { dtw, dtwAlign, dtwFromCost, dtwPath, dtwPathFromCost, labelPosterior } from '../../ts/index';
import { dtw as oracle } from '../oracle/dtw';
import { pathCost, type Cell } from '../oracle/enumeratePaths';
import {
  batchOf,
  costBatchOf,
  costProblems,
  costsOf,
  cut,
  expectClose,
  matchedCounts,
  rulesOf,
  scaleOf,
  seriesProblems,
  warpingOptions,
  type Dtype,
} from './problems';

/** A path is as good as the oracle's and admissible; it need not be the same one where sums are rounded. */
function expectBestPath(path: Int32Array, costs: number[][], expected: number, type: Dtype, paths: object): void {
  if (expected === Infinity) return expect(path).toHaveLength(0);
  const [rows, cols] = [costs.length, costs[0].length];
  const rules = rulesOf(paths, rows, cols);
  const cells = Array.from({ length: path.length / 2 }, (_, k): Cell => [path[2 * k], path[2 * k + 1]]);
  const [first, last] = [cells[0], cells[cells.length - 1]];
  expect(first[0]).toBe(0);
  if (!rules.openStart) expect(first[1]).toBe(0);
  expect(last[0]).toBe(rows - 1);
  if (!rules.openEnd) expect(last[1]).toBe(cols - 1);
  cells.forEach(([i, j], k) => {
    expect(rules.allowed!(i, j)).toBe(true);
    if (k === 0) return;
    const [di, dj] = [i - cells[k - 1][0], j - cells[k - 1][1]];
    const moves = rules.moves === 'symmetric1' ? ['1,1', '0,1', '1,0'] : ['1,1', '0,1'];
    expect(moves).toContain(`${di},${dj}`);
  });
  expectClose(pathCost(cells, costs.flat(), cols, rules.stepPenalty), expected, type, scaleOf(costs, paths));
}

test('series: values and paths with all options combined are those of the oracle', () => {
  fc.assert(
    fc.property(seriesProblems(matchedCounts), warpingOptions, (problem, paths) => {
      const [x, y] = [batchOf(problem, problem.x), batchOf(problem, problem.y)];
      const options = { ...paths, cost: problem.cost };
      const values = dtw(x, y, options);
      const rooted = problem.cost === 'cosine' ? null : dtw(x, y, { ...options, root: true });
      const found = dtwPath(x, y, options);
      costsOf(problem).forEach((costs, pair) => {
        const { value } = oracle(costs, rulesOf(paths, costs.length, costs[0].length), 0);
        const scale = scaleOf(costs, paths);
        expectClose(values[pair], value, problem.type, scale);
        expectClose(found.value[pair], value, problem.type, scale);
        if (rooted !== null) expectClose(rooted[pair] ** 2, value, problem.type, scale);
        expectBestPath(found.path[pair], costs, value, problem.type, paths);
      });
    }),
    { numRuns: 250 },
  );
});

test('costs: values and paths with all options combined are those of the oracle', () => {
  fc.assert(
    fc.property(costProblems, warpingOptions, (problem, paths) => {
      const batch = costBatchOf(problem);
      const values = dtwFromCost(batch, paths);
      const found = dtwPathFromCost(batch, paths);
      problem.costs.forEach((costs, pair) => {
        const { value } = oracle(costs, rulesOf(paths, costs.length, costs[0].length), 0);
        const scale = scaleOf(costs, paths);
        expectClose(values[pair], value, problem.type, scale);
        expectClose(found.value[pair], value, problem.type, scale);
        expectBestPath(found.path[pair], costs, value, problem.type, paths);
      });
    }),
    { numRuns: 250 },
  );
});

test('in whole numbers, where nothing is rounded, the path is the one that the ties ask for', () => {
  const matrices = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, cols]) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: cols, maxLength: cols }), {
      minLength: rows,
      maxLength: rows,
    }),
  );
  fc.assert(
    fc.property(matrices, warpingOptions, (costs, paths) => {
      const shape = [1, costs.length, costs[0].length] as const;
      const { path } = dtwPathFromCost({ cost: Float32Array.from(costs.flat()), shape }, paths);
      expect(Array.from(path[0])).toEqual(oracle(costs, rulesOf(paths, shape[1], shape[2]), 0).path.flat());
    }),
    { numRuns: 250 },
  );
});

test('values above maxDistance are +Infinity, others untouched; with root it is compared with the root', () => {
  fc.assert(
    fc.property(
      seriesProblems(matchedCounts),
      warpingOptions,
      fc.double({ min: 0, max: 30, noNaN: true }),
      fc.boolean(),
      (problem, paths, maxDistance, root) => {
        fc.pre(problem.cost !== 'cosine'); // whose rounded values may be below 0
        const [x, y] = [batchOf(problem, problem.x), batchOf(problem, problem.y)];
        const options = { ...paths, cost: problem.cost, root };
        const all = dtw(x, y, options);
        const near = dtw(x, y, { ...options, maxDistance });
        const walked = dtwPath(x, y, { ...options, maxDistance });
        expect(Array.from(walked.value)).toEqual(Array.from(near));
        all.forEach((value, pair) => {
          if (Math.abs(value - maxDistance) < 1e-5 * (1 + value)) return;
          expect(near[pair]).toBe(value > maxDistance ? Infinity : value);
          expect(walked.path[pair].length > 0).toBe(Number.isFinite(near[pair]));
        });
      },
    ),
    { numRuns: 200 },
  );
});

test('dtwAlign and labelPosterior of ragged costs are those of the oracle', () => {
  fc.assert(
    fc.property(costProblems, fc.constantFrom(0.1, 1, 10), (problem, gamma) => {
      const batch = costBatchOf(problem);
      const [, rows, cols] = batch.shape;
      const { value, labelIndex } = dtwAlign(batch);
      const posterior = labelPosterior(batch, { gamma });
      problem.costs.forEach((costs, pair) => {
        const [n, m] = [costs.length, costs[0].length];
        const expected = oracle(costs, { moves: 'stayOrAdvance' }, 0);
        const scale = scaleOf(costs, { gamma });
        expectClose(value[pair], expected.value, problem.type, scale);
        const labels = labelIndex.subarray(pair * cols, (pair + 1) * cols);
        expect(labels.slice(m).every((label) => label === -1)).toBe(true);
        const real = Array.from(labels.slice(0, m));
        if (expected.value === Infinity) expect(real.every((label) => label === -1)).toBe(true);
        else
          expectClose(
            real.reduce((sum, row, col) => sum + costs[row][col], 0),
            expected.value,
            problem.type,
            scale,
          );
        const soft = oracle(costs, { moves: 'stayOrAdvance' }, gamma);
        cut(posterior, [rows, cols], pair, [n, m]).forEach((row, i) =>
          row.forEach((share, j) => expectClose(share, soft.expected[i][j], problem.type, 1 + scale / gamma / 10)),
        );
      });
    }),
    { numRuns: 200 },
  );
});
