import * as tf from '@tensorflow/tfjs';
import type { WetasConfig } from './config';

/**
 * Weak logits [B] = fc(pool over the real timesteps of the output).
 * @param output [B, T, O]
 * @param denseLogit [B, T] = fc(output)
 * @param linear fc: [..., O] -> [rows]
 * @param mask [B, T], 1 at real points; without it all of them are real
 */
export function poolLogits(
  poolingType: WetasConfig['poolingType'],
  output: tf.Tensor3D,
  denseLogit: tf.Tensor2D,
  linear: (rows: tf.Tensor) => tf.Tensor1D,
  mask?: tf.Tensor2D,
): tf.Tensor1D {
  // fc is linear: fc of the mean output is the mean of the dense logits.
  if (poolingType === 'avg') return mask ? maskedMean(denseLogit, mask) : tf.mean(denseLogit, 1);
  return linear(maxOverTime(output, mask));
}

function maskedMean(x: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor1D {
  return tf.div(tf.sum(tf.mul(x, mask), 1), tf.sum(mask, 1));
}

/**
 * [B, T, O] -> [B, O]. Over constant input (padding, for one) an output has the same value at many timesteps; the gradient goes to the
 * first of them, as in PyTorch, where tf.max would give it to every one.
 */
function maxOverTime(output: tf.Tensor3D, mask?: tf.Tensor2D): tf.Tensor2D {
  const [, length] = output.shape;
  const candidates = mask ? tf.where(tf.cast(tf.expandDims(mask, 2), 'bool'), output, -Infinity) : output;
  // A cast of int32, because oneHot to float32 leaves the bits of integers there on the wasm backend.
  const isMaximum = tf.cast(tf.oneHot(tf.argMax<tf.Tensor2D>(candidates, 1), length), 'float32');
  const chosen = tf.transpose(isMaximum, [0, 2, 1]);
  return tf.sum(tf.mul(output, chosen), 1);
}
