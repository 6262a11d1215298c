/** Every warping path of a rows x cols matrix, listed one by one: exponential, obvious, and the judge of everything faster. */
export type Cell = [row: number, column: number];
export type Moves = 'symmetric1' | 'stayOrAdvance';

const steps: Record<Moves, Cell[]> = {
  symmetric1: [
    [1, 1],
    [0, 1],
    [1, 0],
  ],
  stayOrAdvance: [
    [1, 1],
    [0, 1],
  ],
};

export function enumeratePaths(rows: number, cols: number, moves: Moves): Cell[][] {
  const paths: Cell[][] = [];
  const walk = (path: Cell[]): void => {
    const [i, j] = path[path.length - 1];
    if (i === rows - 1 && j === cols - 1) paths.push(path);
    for (const [di, dj] of steps[moves]) {
      if (i + di < rows && j + dj < cols) walk([...path, [i + di, j + dj]]);
    }
  };
  walk([[0, 0]]);
  return paths;
}

export function pathCost(path: Cell[], cost: ArrayLike<number>, cols: number): number {
  return path.reduce((sum, [i, j]) => sum + cost[i * cols + j], 0);
}

/** The hard minimum; the soft minimum; and E, the share of each cell among all paths weighted by exp(-cost / gamma). */
export function dtwByEnumeration(cost: ArrayLike<number>, rows: number, cols: number, moves: Moves, gamma: number) {
  const paths = enumeratePaths(rows, cols, moves);
  const costs = paths.map((path) => pathCost(path, cost, cols));
  const hard = Math.min(...costs);
  const expected = new Array<number>(rows * cols).fill(0);
  if (hard === Infinity) return { hard, soft: Infinity, expected };
  const weights = costs.map((each) => Math.exp((hard - each) / gamma));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  paths.forEach((path, index) => path.forEach(([i, j]) => (expected[i * cols + j] += weights[index] / total)));
  return { hard, soft: hard - gamma * Math.log(total), expected };
}
