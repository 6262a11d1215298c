import * as tf from '@tensorflow/tfjs';
import { isPositive } from './isPositive';
import type { SoftDtwAttributes } from './softDtwKernel';

/** Stands for +infinity, which would make NaN of differences; float32 holds the sum of a path of 10^8 such cells. */
const forbidden = 1e30;

/**
 * softDtwFromCost of ordinary tfjs ops: for backends without our kernels, and the reference of their tests. One step an anti-diagonal, about ten ops
 * each over [B, rows]. Of the options it has gamma and the step pattern alone.
 */
export function softDtwComposite(
  cost: tf.Tensor3D,
  { gamma, paths, sizes }: Omit<SoftDtwAttributes, 'device'>,
): tf.Tensor1D {
  const [pattern, ...others] = paths;
  if (sizes !== null || others.some((option) => option !== 0 && option !== false)) {
    throw new Error(
      `softDtw on the backend ${tf.getBackend()} has no bands, open ends, step penalties or lengths: use native, cpu, wasm or tensorflow`,
    );
  }
  return tf.tidy(() => {
    const [batch, rows] = cost.shape;
    // Without the one past the end, which is there because tfjs cannot differentiate an unstack into a single tensor.
    const diagonals = tf.unstack(antiDiagonals(tf.minimum(cost, forbidden)), 2).slice(0, -1) as tf.Tensor2D[];
    const border = tf.fill<tf.Rank.R2>([batch, rows], forbidden);
    let beforeLast = border;
    let last = border;
    diagonals.forEach((step, index) => {
      const moves = [last, shiftDown(beforeLast)];
      if (pattern === 0) moves.push(shiftDown(last));
      const next = index === 0 ? step : tf.add<tf.Tensor2D>(step, softMin(moves, gamma));
      beforeLast = last;
      last = next;
    });
    const value = tf.reshape<tf.Rank.R1>(tf.slice(last, [0, rows - 1], [batch, 1]), [batch]);
    return tf.where(isPositive(tf.sub(value, forbidden / 2)), tf.fill([batch], Infinity), value);
  });
}

/** [B, rows, cols] -> [B, rows, rows + cols]: row i moved right by i, so that column a holds the cells with i + j = a; the last column has none. */
function antiDiagonals(cost: tf.Tensor3D): tf.Tensor3D {
  const [batch, rows, cols] = cost.shape;
  const width = rows + cols + 1;
  const padded = tf.pad3d(
    cost,
    [
      [0, 0],
      [0, 0],
      [0, rows + 1],
    ],
    forbidden,
  );
  const flat = tf.slice(tf.reshape(padded, [batch, rows * width]), [0, 0], [batch, rows * (width - 1)]);
  return tf.reshape(flat, [batch, rows, width - 1]);
}

/** Row i takes the value of row i - 1. */
function shiftDown(values: tf.Tensor2D): tf.Tensor2D {
  const [batch, rows] = values.shape;
  return tf.slice(
    tf.pad2d(
      values,
      [
        [0, 0],
        [1, 0],
      ],
      forbidden,
    ),
    [0, 0],
    [batch, rows],
  );
}

/** -gamma log sum exp(-value / gamma), element by element. */
function softMin(values: tf.Tensor2D[], gamma: number): tf.Tensor2D {
  const stacked = tf.mul(tf.stack(values), -1 / gamma);
  return tf.mul(tf.logSumExp(stacked, 0), -gamma);
}
