import * as tf from '@tensorflow/tfjs';
import { isPositive } from './isPositive';
import type { SoftDtwOptions } from './softDtwOptions';

/** pointCost of ordinary tfjs ops: for backends without our kernels, and the reference of their tests. */
export function pointCostComposite(
  x: tf.Tensor3D,
  y: tf.Tensor3D,
  kind: NonNullable<SoftDtwOptions['cost']>,
): tf.Tensor3D {
  return tf.tidy(() => {
    const difference = () => tf.sub(tf.expandDims(x, 2), tf.expandDims(y, 1));
    switch (kind) {
      case 'squaredEuclidean':
        return tf.sum<tf.Tensor3D>(tf.square(difference()), 3);
      case 'absolute':
        return tf.sum<tf.Tensor3D>(tf.abs(difference()), 3);
      case 'euclidean':
        return safeSqrt(tf.sum<tf.Tensor3D>(tf.square(difference()), 3));
      case 'cosine':
        return tf.sub(1, tf.matMul(unit(x), unit(y), false, true));
    }
  });
}

/** sqrt with gradient 0 at 0. */
function safeSqrt<T extends tf.Tensor>(squared: T): T {
  const positive = isPositive(squared);
  const root = tf.sqrt(tf.where(positive, squared, tf.onesLike(squared)));
  return tf.where(positive, root, tf.zerosLike(squared)) as T;
}

/** Each point divided by its length; 0 stays 0, which is at cosine cost 1 from everything. */
function unit(x: tf.Tensor3D): tf.Tensor3D {
  return tf.divNoNan(x, safeSqrt(tf.sum(tf.square(x), 2, true)));
}
