/** A point, and the value and gradient of a function there. */
export interface Evaluated {
  point: Float64Array;
  value: number;
  gradient: Float64Array;
}

interface Correction {
  step: Float64Array;
  change: Float64Array;
  /** step . change */
  curvature: number;
}

const CORRECTIONS = 10;
const TRIALS = 30;

/**
 * Minimises a smooth function by L-BFGS with a line search for the weak Wolfe conditions.
 *
 * Source: Nocedal & Wright, "Numerical Optimization", 2006, algorithm 7.4 (the direction); Lewis & Overton, "Nonsmooth optimization via quasi-Newton
 * methods", 2013, algorithm 2.6 (the line search, by bisection: it copes with kinks too).
 *
 * @param evaluate value and gradient at a point. As steps (see steps.ts), so that it may run elsewhere.
 * @param tolerance stops where an iteration lowers the value by no more than this part of it, or the line search finds nothing lower.
 */
export function* minimise<Step>(
  start: Float64Array,
  evaluate: (point: Float64Array) => Generator<Step, { value: number; gradient: Float64Array }, void>,
  { maxIterations, tolerance }: { maxIterations: number; tolerance: number },
): Generator<Step, Evaluated, void> {
  const at = function* (point: Float64Array): Generator<Step, Evaluated, void> {
    return { point, ...(yield* evaluate(point)) };
  };
  const corrections: Correction[] = [];
  let current = yield* at(start);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const direction = descentDirection(current.gradient, corrections);
    const slope = dot(direction, current.gradient);
    if (!(slope < 0)) break;
    const size = corrections.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    const next = yield* lineSearch(current, direction, slope, size, at);
    if (next === null) break;
    remember(corrections, current, next);
    const decrease = current.value - next.value;
    const scale = Math.max(Math.abs(current.value), Math.abs(next.value));
    current = next;
    if (decrease <= tolerance * scale) break;
  }
  return current;
}

/** The lowest point seen along the direction, or null where none is lower than the first. */
function* lineSearch<Step>(
  from: Evaluated,
  direction: Float64Array,
  slope: number,
  firstSize: number,
  at: (point: Float64Array) => Generator<Step, Evaluated, void>,
): Generator<Step, Evaluated | null, void> {
  let [low, high, size] = [0, Infinity, firstSize];
  let best: Evaluated | null = null;
  for (let trial = 0; trial < TRIALS; trial++) {
    const next = yield* at(from.point.map((value, index) => value + size * direction[index]));
    if (next.value < (best ?? from).value) best = next;
    if (!(next.value <= from.value + 1e-4 * size * slope)) high = size;
    else if (dot(direction, next.gradient) < 0.9 * slope) low = size;
    else return next;
    size = high === Infinity ? 2 * low : (low + high) / 2;
  }
  return best;
}

/** Minus the gradient times the inverse Hessian that the corrections approximate. */
function descentDirection(gradient: Float64Array, corrections: readonly Correction[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const shares = new Array<number>(corrections.length);
  for (let k = corrections.length - 1; k >= 0; k--) {
    shares[k] = dot(corrections[k].step, direction) / corrections[k].curvature;
    addScaled(direction, -shares[k], corrections[k].change);
  }
  const latest = corrections.at(-1);
  if (latest !== undefined) {
    const scale = latest.curvature / dot(latest.change, latest.change);
    for (let index = 0; index < direction.length; index++) direction[index] *= scale;
  }
  corrections.forEach((correction, k) => {
    const share = dot(correction.change, direction) / correction.curvature;
    addScaled(direction, shares[k] - share, correction.step);
  });
  return direction;
}

function remember(corrections: Correction[], from: Evaluated, to: Evaluated): void {
  const step = to.point.map((value, index) => value - from.point[index]);
  const change = to.gradient.map((value, index) => value - from.gradient[index]);
  const curvature = dot(step, change);
  // Anything less would make the approximated Hessian lose its positive definiteness to rounding.
  if (!(curvature > 1e-10 * dot(change, change))) return;
  corrections.push({ step, change, curvature });
  if (corrections.length > CORRECTIONS) corrections.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index];
  return sum;
}

function addScaled(target: Float64Array, scale: number, source: Float64Array): void {
  for (let index = 0; index < target.length; index++) target[index] += scale * source[index];
}
