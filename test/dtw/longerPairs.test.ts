import fc from 'fast-check';
import { dtwAlign, dtwPath, softDtwGradient } from '../../ts/index';
import { costMatrix, dtw as oracle, seriesGradients, type PointCost } from '../oracle/dtw';
import { pathCost, type Cell } from '../oracle/enumeratePaths';
import { dtypes, expectClose, gammas, rulesOf, scaleOf, seriesInput, warpingOptions } from './problems';

/**
 * The options combined on pairs of several strips of rows, and of more columns than are kept of a path at once. Their numbers come from a seed: lists so long
 * would take fast-check longer than the tests.
 */

const kinds = fc.constantFrom<PointCost>('squaredEuclidean', 'euclidean', 'absolute', 'cosine', 'binaryCrossEntropy');
const problems = fc.record({
  cost: kinds,
  type: dtypes,
  channels: fc.integer({ min: 1, max: 3 }),
  rows: fc.integer({ min: 1, max: 70 }),
  cols: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 129, max: 200 })),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
});

/** Numbers in (0, 1) that float32 holds exactly. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 20) + 0.5) / 4096;
  };
}

test('soft-DTW, its gradients and best paths are those of the oracle', () => {
  fc.assert(
    fc.property(problems, warpingOptions, gammas, ({ cost, type, channels, rows, cols, seed }, paths, gamma) => {
      const next = numbersFrom(seed);
      const points = (count: number) => Array.from({ length: count }, () => Array.from({ length: channels }, next));
      const [x, y] = [points(rows), points(cols).map((point) => point.map((each) => 0.02 + 0.96 * each))];
      if (type === Float32Array) y.forEach((point) => point.forEach((each, c) => (point[c] = Math.fround(each))));
      const [ownX, ownY] = [seriesInput(x, channels, type), seriesInput(y, channels, type)];
      const costs = costMatrix(cost, x, y);
      const rules = rulesOf(paths, rows, cols);
      const scale = scaleOf(costs, { ...paths, gamma });
      const shareScale = 1 + scale / gamma / 10;

      const soft = softDtwGradient(ownX, ownY, { ...paths, gamma, cost, wrt: ['x', 'y', 'cost'] });
      const expected = oracle(costs, rules, gamma);
      const gradients = seriesGradients(cost, x, y, expected.expected);
      expectClose(soft.value, expected.value, type, scale);
      expected.expected.flat().forEach((share, k) => expectClose(soft.cost[k], share, type, shareScale));
      // binaryCrossEntropy has derivatives of up to 50 here.
      gradients.x.flat().forEach((each, k) => expectClose(soft.x[k], each, type, 50 * shareScale));
      gradients.y.flat().forEach((each, k) => expectClose(soft.y[k], each, type, 50 * shareScale));

      const { value } = oracle(costs, rules, 0);
      const hard = dtwPath(ownX, ownY, { ...paths, cost });
      expectClose(hard.value, value, type, scale);
      if (value === Infinity) return expect(hard.path).toHaveLength(0);
      const cells = Array.from({ length: hard.path.length / 2 }, (_, k): Cell => [
        hard.path[2 * k],
        hard.path[2 * k + 1],
      ]);
      expect(cells.every(([i, j]) => rules.allowed!(i, j))).toBe(true);
      expectClose(pathCost(cells, costs.flat(), cols, rules.stepPenalty), value, type, scale);
    }),
    { numRuns: 30 },
  );
});

test('labels are those of a best path', () => {
  fc.assert(
    fc.property(problems, ({ type, rows, cols, seed }) => {
      const next = numbersFrom(seed);
      const costs = Array.from({ length: rows }, () => Array.from({ length: cols }, () => Math.floor(4 * next())));
      const { value, labelIndex } = dtwAlign({ cost: type.from(costs.flat()), shape: [1, rows, cols] });
      const best = oracle(costs, { moves: 'stayOrAdvance' }, 0).value;
      expect(value[0]).toBe(best);
      if (best === Infinity) return expect(labelIndex.every((label) => label === -1)).toBe(true);
      let sum = 0;
      labelIndex.forEach((row, j) => (sum += costs[row][j]));
      expect(labelIndex.every((row, j) => j === 0 || row === labelIndex[j - 1] || row === labelIndex[j - 1] + 1)).toBe(
        true,
      );
      expect([labelIndex[0], labelIndex[cols - 1], sum]).toEqual([0, rows - 1, best]);
    }),
    { numRuns: 40 },
  );
});
