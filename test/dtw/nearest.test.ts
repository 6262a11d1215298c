import fc from 'fast-check';
import { nearest, pairwise } from '../../ts/index';
import { batchOf, expectClose, seriesProblems, warpingOptions } from './problems';

const counts = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 12 }));

test('what brute force finds, in its order', () => {
  fc.assert(
    fc.property(
      seriesProblems(counts),
      warpingOptions,
      fc.integer({ min: 1, max: 14 }),
      fc.boolean(),
      (problem, paths, k, root) => {
        const [queries, set] = [batchOf(problem, problem.x), batchOf(problem, problem.y)];
        const options = { ...paths, cost: problem.cost, root: root && problem.cost !== 'cosine' };
        const { index, value } = nearest(queries, set, { ...options, k });
        const all = pairwise(queries, set, options);
        const size = problem.y.length;
        const found = Math.min(k, size);
        expect(value).toHaveLength(problem.x.length * found);
        problem.x.forEach((_, query) => {
          const row = Array.from(all.subarray(query * size, (query + 1) * size));
          const sorted = row.toSorted((a, b) => a - b);
          const indices = Array.from(index.subarray(query * found, (query + 1) * found));
          expect(new Set(indices).size).toBe(found);
          indices.forEach((at, rank) => {
            // Which of two equal up to rounding comes first is open; equal ones go by index.
            expectClose(value[query * found + rank], sorted[rank], problem.type, 50);
            expectClose(row[at], value[query * found + rank], problem.type, 50);
            if (rank > 0 && value[query * found + rank] === value[query * found + rank - 1])
              expect(at).toBeGreaterThan(indices[rank - 1]);
          });
        });
      },
    ),
    { numRuns: 300 },
  );
});

test('long series, narrow bands: bounds and abandoning change nothing', () => {
  const wave = (seed: number) => Float32Array.from({ length: 100 }, (_, t) => Math.sin(t / (3 + (seed % 7)) + seed));
  const queries = [wave(0.5), wave(2.5), wave(100)];
  const set = Array.from({ length: 60 }, (_, seed) => wave(seed));
  for (const sakoeChibaRadius of [0, 5, 30]) {
    const { index, value } = nearest(queries, set, { sakoeChibaRadius, k: 3 });
    const all = pairwise(queries, set, { sakoeChibaRadius });
    queries.forEach((_, query) => {
      const row = Array.from(all.subarray(query * 60, (query + 1) * 60), (distance, at) => ({ distance, at }));
      const best = row.sort((a, b) => a.distance - b.distance || a.at - b.at).slice(0, 3);
      expect(Array.from(index.subarray(query * 3, query * 3 + 3))).toEqual(best.map(({ at }) => at));
      expect(Array.from(value.subarray(query * 3, query * 3 + 3))).toEqual(best.map(({ distance }) => distance));
    });
  }
});

test('+Infinity comes last but NaN', () => {
  const set = [Float64Array.of(NaN, 0), Float64Array.of(1), Float64Array.of(5, 6, 7), Float64Array.of(1, 3)];
  const { index, value } = nearest([Float64Array.of(1, 2)], set, { stepPattern: 'stayOrAdvance', k: 9 });
  expect(Array.from(index)).toEqual([3, 2, 1, 0]);
  expect(Array.from(value)).toEqual([1, 16 + 16 + 25, Infinity, NaN]);
});
