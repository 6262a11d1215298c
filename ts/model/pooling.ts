import * as tf from '@tensorflow/tfjs';

/** [B, T] -> [B]: the mean over the timesteps of mask 1, over all without a mask. */
export function meanOverTime(x: tf.Tensor2D, mask?: tf.Tensor2D): tf.Tensor1D {
  return mask ? tf.div(tf.sum(tf.mul(x, mask), 1), tf.sum(mask, 1)) : tf.mean(x, 1);
}

/**
 * [B, T, O] -> [B, O]. Over constant input (padding, for one) an output has the same value at many timesteps; the gradient goes to the
 * first of them, as in PyTorch, where tf.max would give it to every one.
 */
export function maxOverTime(output: tf.Tensor3D, mask?: tf.Tensor2D): tf.Tensor2D {
  const [, length] = output.shape;
  const candidates = mask ? tf.where(tf.cast(tf.expandDims(mask, 2), 'bool'), output, -Infinity) : output;
  // A cast of int32, because oneHot to float32 leaves the bits of integers there on the wasm backend.
  const isMaximum = tf.cast(tf.oneHot(tf.argMax<tf.Tensor2D>(candidates, 1), length), 'float32');
  const chosen = tf.transpose(isMaximum, [0, 2, 1]);
  return tf.sum(tf.mul(output, chosen), 1);
}
