import * as tf from '@tensorflow/tfjs';
import type { PointCostCode } from '../native/NativeBinding';
import { isPositive } from './isPositive';

/**
 * Cost of every point of x [B, rows, channels] against every point of y [B, cols, channels], [B, rows, cols], of ordinary tfjs ops: for
 * gradients of gradients, for backends without our kernels, and the reference of their tests.
 */
export function pointCostComposite(x: tf.Tensor3D, y: tf.Tensor3D, kind: PointCostCode): tf.Tensor3D {
  return tf.tidy(() => costs[kind](x, y));
}

/** squaredEuclidean, euclidean, absolute, cosine, binaryCrossEntropy: in the order of their codes. */
const costs: Record<PointCostCode, (x: tf.Tensor3D, y: tf.Tensor3D) => tf.Tensor3D> = [
  squaredEuclidean,
  (x, y) => {
    const { length, positive } = root(squaredEuclidean(x, y));
    return tf.mul(length, positive);
  },
  (x, y) => {
    const difference = differences(x, y);
    // Of gradient 0 at 0, where that of tf.abs is -1.
    return tf.sum(tf.mul(difference, tf.sign(difference)), 3);
  },
  (x, y) => tf.sub(1, tf.matMul(unit(x), unit(y), false, true)),
  (x, y) => {
    const label = tf.expandDims(x, 2);
    const score = tf.expandDims(y, 1);
    return tf.sum(tf.add(crossEntropy(label, score), crossEntropy(tf.sub(1, label), tf.sub(1, score))), 3);
  },
];

/** -p log q, broadcast: 0 where p = 0 whatever q is, and else +infinity, of gradient 0, where q = 0. */
function crossEntropy(p: tf.Tensor, q: tf.Tensor): tf.Tensor {
  const finite = tf.neg(tf.mul(p, tf.log(tf.where(isPositive(q), q, tf.onesLike(q)))));
  const impossible = isPositive(tf.mul(tf.step(p), tf.sub(1, tf.step(q))));
  return tf.where(impossible, tf.fill(finite.shape, Infinity), finite);
}

function squaredEuclidean(x: tf.Tensor3D, y: tf.Tensor3D): tf.Tensor3D {
  return tf.sum(tf.square(differences(x, y)), 3);
}

/** [B, rows, cols, channels] */
function differences(x: tf.Tensor3D, y: tf.Tensor3D): tf.Tensor4D {
  return tf.sub(tf.expandDims<tf.Tensor4D>(x, 2), tf.expandDims<tf.Tensor4D>(y, 1));
}

/** Each point divided by its length; 0, with gradient 0, where that is 0. */
function unit(x: tf.Tensor3D): tf.Tensor3D {
  const { length, positive } = root(tf.sum(tf.square(x), 2, true));
  return tf.mul(tf.div(x, length), positive);
}

/** sqrt with a gradient everywhere: 1 in the place of 0, and a factor `positive` that is 0 there and 1 elsewhere. */
function root(squared: tf.Tensor3D): { length: tf.Tensor3D; positive: tf.Tensor3D } {
  const length = tf.sqrt(tf.where(isPositive(squared), squared, tf.onesLike(squared)));
  return { length, positive: tf.step(squared) };
}
