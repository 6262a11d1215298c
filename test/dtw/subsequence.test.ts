import fc from 'fast-check';
import { dtw, dtwPath, subsequence } from '../../ts/index';
import { expectClose, seriesInput, seriesProblems, warpingOptions } from './problems';

test('the ends of the best path with open ends', () => {
  fc.assert(
    fc.property(seriesProblems(fc.constant([1, 1] as const)), warpingOptions, (problem, paths) => {
      const { channels, type, cost } = problem;
      const [query, series] = [problem.x, problem.y].map(([points]) => seriesInput(points, channels, type));
      const { openStart: _, openEnd: __, ...rest } = paths;
      const { value, start, end } = subsequence(query, series, { ...rest, cost });
      const expected = dtwPath(query, series, { ...rest, cost, openStart: true, openEnd: true });
      expectClose(value, expected.value, type, 50);
      if (expected.value === Infinity) return expect([start, end]).toEqual([0, 0]);
      const { path } = expected;
      expect([start, end]).toEqual([path[1], path[path.length - 1] + 1]);
    }),
    { numRuns: 400 },
  );
});

test('finds a warped pattern in a long series', () => {
  const pattern = Float32Array.of(0, 3, 6, 3, 0, -4, 0);
  const series = new Float32Array(5000).fill(1);
  series.set([0, 3, 3, 6, 6, 3, 0, -4, -4, 0], 3210);
  expect(subsequence(pattern, series)).toEqual({ value: 0, start: 3210, end: 3220 });
  const shifted = Float32Array.from(pattern, (value) => value + 0.5);
  const { value, start, end } = subsequence(shifted, series, { root: true });
  expect(value).toBeCloseTo(dtw(shifted, series.subarray(start, end), { root: true }), 5);
});
