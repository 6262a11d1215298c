import * as tf from '@tensorflow/tfjs';

/** [B, T] -> [B]: the mean over the timesteps of mask 1, over all without a mask. */
export function meanOverTime(x: tf.Tensor2D, mask?: tf.Tensor2D): tf.Tensor1D {
  return mask ? tf.div(tf.sum(tf.mul(x, mask), 1), tf.sum(mask, 1)) : tf.mean(x, 1);
}
