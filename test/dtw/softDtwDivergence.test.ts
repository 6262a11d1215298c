import fc from 'fast-check';
import { softDtw, softDtwDivergence } from '../../ts/index';
import { batchOf, expectClose, gammas, matchedCounts, seriesInput, seriesProblems, warpingOptions } from './problems';

test('d(x, y) - (d(x, x) + d(y, y)) / 2, of unequal lengths too', () => {
  fc.assert(
    fc.property(seriesProblems(matchedCounts), warpingOptions, gammas, (problem, paths, gamma) => {
      // Labels as scores would be log(0).
      fc.pre(problem.cost !== 'binaryCrossEntropy');
      const { openStart: _, openEnd: __, ...rest } = paths;
      const options = { ...rest, gamma, cost: problem.cost };
      const values = softDtwDivergence(batchOf(problem, problem.x), batchOf(problem, problem.y), options);
      problem.x.forEach((points, pair) => {
        const x = seriesInput(points, problem.channels, problem.type);
        const y = seriesInput(problem.y[pair], problem.channels, problem.type);
        const [xy, xx, yy] = [softDtw(x, y, options), softDtw(x, x, options), softDtw(y, y, options)];
        const scale = Number.isFinite(xy) ? 20 * (Math.abs(xy) + Math.abs(xx) + Math.abs(yy) + gamma) : 1;
        expectClose(values[pair], xy - (xx + yy) / 2, problem.type, scale);
        expectClose(softDtwDivergence(x, y, options), values[pair], problem.type, scale);
      });
    }),
    { numRuns: 200 },
  );
});

test('is 0 for equal series and above 0 for others', () => {
  const x = Float64Array.of(1, 3, 2, 5);
  for (const gamma of [0.1, 1, 10]) {
    expect(softDtwDivergence(x, x, { gamma })).toBe(0);
    expect(softDtwDivergence(x, Float64Array.of(1, 3, 2), { gamma })).toBeGreaterThan(0);
  }
});
