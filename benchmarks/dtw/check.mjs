import { squaredEuclidean } from './oracle.mjs';

/**
 * The largest difference between a contestant's outputs and the oracle's, as a share of the oracle's largest number; a path counts by its cost. Throws
 * where
 * it is more than `tolerance`, or an output is missing or has another length.
 */
export function checkOutputs({ inputs, expected, outputs, tolerance }) {
  const differences = Object.entries(expected).map(([name, right]) =>
    relativeDifference(name, name === 'path' ? [pathCost(outputs.path, inputs)] : outputs[name], right),
  );
  const worst = Math.max(...differences);
  if (!(worst <= tolerance)) throw new Error(`${worst.toExponential(1)} away from the oracle, allowed is ${tolerance}`);
  return worst;
}

function relativeDifference(name, actual, right) {
  if (actual?.length !== right.length)
    throw new Error(`${name} has ${actual?.length} numbers instead of ${right.length}`);
  let [largest, difference] = [0, 0];
  for (let i = 0; i < right.length; i++) {
    if (right[i] === undefined) continue;
    largest = Math.max(largest, Math.abs(right[i]));
    difference = Math.max(difference, Math.abs(actual[i] - right[i])); // NaN stays NaN
  }
  return difference / largest;
}

/** The summed cost of a path, NaN where it is none: pairs (i, j), interleaved. */
function pathCost(path, { x, y }) {
  const [rows, cols] = [x.shape[1], y.shape[1]];
  const { data: cost } = squaredEuclidean(x, y);
  let total = 0;
  for (let step = 0; step < path.length; step += 2) {
    const [i, j] = [path[step], path[step + 1]];
    const [di, dj] = step === 0 ? [i + 1, j + 1] : [i - path[step - 2], j - path[step - 1]];
    if (!((di === 0 || di === 1) && (dj === 0 || dj === 1) && di + dj > 0)) return NaN;
    total += cost[i * cols + j];
  }
  return path.at(-2) === rows - 1 && path.at(-1) === cols - 1 ? total : NaN;
}
