import * as tf from '@tensorflow/tfjs';

/** maxOverTime of ordinary tfjs ops: for backends without our kernels, and the reference of their tests. */
export function maxOverTimeComposite(x: tf.Tensor3D, mask?: tf.Tensor2D): tf.Tensor2D {
  const [, length] = x.shape;
  const candidates = mask ? tf.where(tf.cast(tf.expandDims(mask, 2), 'bool'), x, -Infinity) : x;
  // A cast of int32, because oneHot to float32 leaves the bits of integers there on the wasm backend.
  const isMaximum = tf.cast(tf.oneHot(tf.argMax<tf.Tensor2D>(candidates, 1), length), 'float32');
  const chosen = tf.transpose(isMaximum, [0, 2, 1]);
  return tf.sum(tf.mul(x, chosen), 1);
}
