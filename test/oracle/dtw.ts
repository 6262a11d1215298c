/**
 * DTW and soft-DTW with every option, in float64 and the log domain, over an explicit set of cells: slow and obvious. Series are lists of points, matrices lists of
 * rows.
 */
import { steps, type PathRules } from './enumeratePaths';

export type Band = { radius: number } | { slope: number } | undefined;
export type PointCost = 'squaredEuclidean' | 'euclidean' | 'absolute' | 'cosine' | 'binaryCrossEntropy';

/** The cells inside a band. */
export function insideBand(rows: number, cols: number, band: Band): (i: number, j: number) => boolean {
  if (band === undefined) return () => true;
  if ('radius' in band) {
    if (rows > cols) return (i, j) => insideBand(cols, rows, band)(j, i);
    const reach = Math.max(2 * band.radius, 1) * (cols - 1);
    return (i, j) => 2 * Math.abs(i * (cols - 1) - j * (rows - 1)) <= reach;
  }
  // tslearn 0.10, metrics/_masks.py: the rows that each column may use.
  const steep = band.slope * (rows / cols);
  const flat = (1 / band.slope) * (rows / cols);
  return (i, j) => {
    const lower = Math.max(twoDecimals(flat * j), twoDecimals(rows - 1 - steep * (cols - 1) + steep * j));
    const upper = Math.min(twoDecimals(steep * j), twoDecimals(rows - 1 - flat * (cols - 1) + flat * j));
    return i >= Math.ceil(lower) && i < Math.floor(upper + 1);
  };
}

/** numpy's round(value, 2): halves to even. */
function twoDecimals(value: number): number {
  const scaled = value * 100;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return (up ? floor + 1 : floor) / 100;
}

export function costMatrix(kind: PointCost, x: number[][], y: number[][]): number[][] {
  return x.map((a) => y.map((b) => pointCost(kind, a, b)));
}

function pointCost(kind: PointCost, a: number[], b: number[]): number {
  const sum = (term: (p: number, q: number) => number) => a.reduce((total, p, c) => total + term(p, b[c]), 0);
  switch (kind) {
    case 'squaredEuclidean':
      return sum((p, q) => (p - q) ** 2);
    case 'euclidean':
      return Math.sqrt(sum((p, q) => (p - q) ** 2));
    case 'absolute':
      return sum((p, q) => Math.abs(p - q));
    case 'cosine': {
      const lengths = Math.sqrt(sum((p) => p * p)) * Math.sqrt(sum((_, q) => q * q));
      return lengths === 0 ? 1 : 1 - sum((p, q) => p * q) / lengths;
    }
    case 'binaryCrossEntropy':
      return -sum((p, q) => p * Math.log(q) + (1 - p) * Math.log(1 - q));
  }
}

/** E back to the points: d value / d x and d value / d y. 0 where a cost has no derivative: at equal points, and at points of zeros. */
export function seriesGradients(kind: PointCost, x: number[][], y: number[][], expected: number[][]) {
  const zeros = (points: number[][]) => points.map((point) => point.map(() => 0));
  const [dx, dy] = [zeros(x), zeros(y)];
  x.forEach((a, i) =>
    y.forEach((b, j) =>
      a.forEach((_, c) => {
        const [da, db] = pointCostDerivatives(kind, a, b, c);
        dx[i][c] += expected[i][j] * da;
        dy[j][c] += expected[i][j] * db;
      }),
    ),
  );
  return { x: dx, y: dy };
}

/** d cost / d a[c], d cost / d b[c] */
function pointCostDerivatives(kind: PointCost, a: number[], b: number[], c: number): [number, number] {
  const difference = a[c] - b[c];
  const length = (point: number[]) => Math.sqrt(point.reduce((sum, p) => sum + p * p, 0));
  const opposite = (value: number): [number, number] => [value, -value];
  switch (kind) {
    case 'squaredEuclidean':
      return opposite(2 * difference);
    case 'euclidean': {
      const distance = pointCost(kind, a, b);
      return opposite(distance === 0 ? 0 : difference / distance);
    }
    case 'absolute':
      return opposite(Math.sign(difference));
    case 'cosine': {
      const [p, q] = [length(a), length(b)];
      if (p * q === 0) return [0, 0];
      const similarity = 1 - pointCost(kind, a, b);
      return [(similarity * a[c]) / p ** 2 - b[c] / (p * q), (similarity * b[c]) / q ** 2 - a[c] / (p * q)];
    }
    case 'binaryCrossEntropy':
      return [Math.log(1 - b[c]) - Math.log(b[c]), (b[c] - a[c]) / (b[c] * (1 - b[c]))];
  }
}

export interface Result {
  value: number;
  /** r, the (soft-)minimal cost of the paths to each cell. */
  accumulated: number[][];
  /** E; with gamma 0 the cells of the best path that takes, at ties, the diagonal, then the move that stays on the row. */
  expected: number[][];
  /** With gamma 0. */
  path: [number, number][];
}

export function dtw(cost: number[][], rules: PathRules, gamma: number): Result {
  const [rows, cols] = [cost.length, cost[0].length];
  const { moves, openStart = false, openEnd = false, stepPenalty = 0, allowed = () => true } = rules;
  const isOpen = (i: number, j: number) => i >= 0 && j >= 0 && i < rows && j < cols && allowed(i, j);
  const penalty = ([di, dj]: [number, number]) => (di === 1 && dj === 1 ? 0 : stepPenalty);
  const cells = cost.flatMap((row, i) => row.map((_, j) => [i, j] as const));
  const filled = (value: number) => cost.map((row) => row.map(() => value));

  const accumulated = filled(Infinity);
  for (const [i, j] of cells) {
    if (!isOpen(i, j)) continue;
    const ways = steps[moves]
      .filter(([di, dj]) => isOpen(i - di, j - dj))
      .map(([di, dj]) => accumulated[i - di][j - dj] + penalty([di, dj]));
    if (i === 0 && (j === 0 || openStart)) ways.push(0);
    accumulated[i][j] = cost[i][j] + softMinimum(ways, gamma);
  }
  const ends = cells.filter(([i, j]) => i === rows - 1 && (j === cols - 1 || openEnd));
  const value = softMinimum(
    ends.map(([i, j]) => accumulated[i][j]),
    gamma,
  );
  const none = { value, accumulated, expected: filled(0), path: [] };
  if (value === Infinity) return none;
  if (gamma === 0) {
    const path = bestPath();
    path.forEach(([i, j]) => (none.expected[i][j] = 1));
    return { ...none, path };
  }

  // From each cell, itself left out, to an end.
  const remaining = filled(Infinity);
  for (const [i, j] of cells.toReversed()) {
    if (!isOpen(i, j)) continue;
    const ways = steps[moves]
      .filter(([di, dj]) => isOpen(i + di, j + dj))
      .map(([di, dj]) => remaining[i + di][j + dj] + cost[i + di][j + dj] + penalty([di, dj]));
    if (i === rows - 1 && (j === cols - 1 || openEnd)) ways.push(0);
    remaining[i][j] = softMinimum(ways, gamma);
  }
  const expected = filled(0);
  for (const [i, j] of cells) expected[i][j] = Math.exp((value - accumulated[i][j] - remaining[i][j]) / gamma);
  return { ...none, expected };

  function bestPath(): [number, number][] {
    let [i, j] = ends.find(([row, col]) => accumulated[row][col] === value)!;
    const path: [number, number][] = [[i, j]];
    for (;;) {
      const before = accumulated[i][j];
      const step = steps[moves].find(
        ([di, dj]) =>
          isOpen(i - di, j - dj) && cost[i][j] + (accumulated[i - di][j - dj] + penalty([di, dj])) === before,
      );
      if (i === 0 && (j === 0 || openStart) && cost[i][j] + 0 === before) return path.reverse();
      const [di, dj] = step!;
      [i, j] = [i - di, j - dj];
      path.push([i, j]);
    }
  }
}

export function softMinimum(values: number[], gamma: number): number {
  const least = Math.min(...values);
  if (gamma === 0 || !Number.isFinite(least)) return least;
  return least - gamma * Math.log(values.reduce((sum, value) => sum + Math.exp((least - value) / gamma), 0));
}
