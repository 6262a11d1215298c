import * as tf from '@tensorflow/tfjs';

/** x > 0 as a condition of tf.where. tf.greater has no gradient, not even zero, so that nothing before it could be differentiated; tf.step has. */
export function isPositive(x: tf.Tensor): tf.Tensor {
  return tf.cast(tf.step(x), 'bool');
}
