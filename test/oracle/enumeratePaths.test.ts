import { enumeratePaths } from './enumeratePaths';

/** Delannoy numbers by their own recurrence: the number of lattice paths with the steps (1, 0), (0, 1), (1, 1). */
function delannoy(m: number, n: number): number {
  return m === 0 || n === 0 ? 1 : delannoy(m - 1, n) + delannoy(m, n - 1) + delannoy(m - 1, n - 1);
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return k > n ? 0 : result;
}

describe('enumeratePaths', () => {
  const sizes = [1, 2, 3, 4, 5, 6];

  test('the central Delannoy numbers are the known ones', () => {
    expect([0, 1, 2, 3, 4, 5].map((n) => delannoy(n, n))).toEqual([1, 3, 13, 63, 321, 1683]);
  });

  test('symmetric1: as many paths as the Delannoy number', () => {
    for (const rows of sizes) {
      for (const cols of sizes) {
        expect(enumeratePaths(rows, cols, { moves: 'symmetric1' })).toHaveLength(delannoy(rows - 1, cols - 1));
      }
    }
  });

  test('stayOrAdvance: as many paths as ways to choose when to advance', () => {
    for (const rows of sizes) {
      for (const cols of sizes) {
        expect(enumeratePaths(rows, cols, { moves: 'stayOrAdvance' })).toHaveLength(binomial(cols - 1, rows - 1));
      }
    }
  });

  test('paths are distinct and run from corner to corner', () => {
    const paths = enumeratePaths(4, 5, { moves: 'symmetric1' });
    expect(new Set(paths.map((path) => JSON.stringify(path))).size).toBe(paths.length);
    for (const path of paths)
      expect([path[0], path[path.length - 1]]).toEqual([
        [0, 0],
        [3, 4],
      ]);
  });
});
