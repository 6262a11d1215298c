/** Every warping path of a rows x cols matrix, listed one by one: exponential, obvious, and the judge of everything faster. */
export type Cell = [row: number, column: number];
export type Moves = 'symmetric1' | 'stayOrAdvance';

/** Which paths there are. */
export interface PathRules {
  moves: Moves;
  /** Open: a path may start at any cell of the first row, or end at any of the last. */
  openStart?: boolean;
  openEnd?: boolean;
  /** Added at every move that is not diagonal. */
  stepPenalty?: number;
  /** The cells that a path may visit; default all. */
  allowed?: (row: number, column: number) => boolean;
}

export const steps: Record<Moves, Cell[]> = {
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

export function enumeratePaths(rows: number, cols: number, rules: PathRules): Cell[][] {
  const { moves, openStart = false, openEnd = false, allowed = () => true } = rules;
  const paths: Cell[][] = [];
  const walk = (path: Cell[]): void => {
    const [i, j] = path[path.length - 1];
    if (i >= rows || j >= cols || !allowed(i, j)) return;
    if (i === rows - 1 && (j === cols - 1 || openEnd)) paths.push(path);
    for (const [di, dj] of steps[moves]) walk([...path, [i + di, j + dj]]);
  };
  for (let j = 0; j < (openStart ? cols : 1); j++) walk([[0, j]]);
  return paths;
}

export function pathCost(path: Cell[], cost: ArrayLike<number>, cols: number, stepPenalty = 0): number {
  return path.reduce((sum, [i, j], k) => {
    const diagonal = k === 0 || (i > path[k - 1][0] && j > path[k - 1][1]);
    return sum + cost[i * cols + j] + (diagonal ? 0 : stepPenalty);
  }, 0);
}

/** The hard minimum; the soft minimum; and E, the share of each cell among all paths weighted by exp(-cost / gamma). */
export function dtwByEnumeration(
  cost: ArrayLike<number>,
  rows: number,
  cols: number,
  rules: PathRules,
  gamma: number,
): { hard: number; soft: number; expected: number[] } {
  const paths = enumeratePaths(rows, cols, rules);
  const costs = paths.map((path) => pathCost(path, cost, cols, rules.stepPenalty));
  const hard = Math.min(...costs);
  const expected = new Array<number>(rows * cols).fill(0);
  if (hard === Infinity) return { hard, soft: Infinity, expected };
  const weights = costs.map((each) => Math.exp((hard - each) / gamma));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  paths.forEach((path, index) => path.forEach(([i, j]) => (expected[i * cols + j] += weights[index] / total)));
  return { hard, soft: hard - gamma * Math.log(total), expected };
}
