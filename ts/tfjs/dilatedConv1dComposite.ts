import * as tf from '@tensorflow/tfjs';
import type { DilatedConv1dAttributes } from './dilatedConv1dKernel';

type CompositeAttributes = Pick<DilatedConv1dAttributes, 'dilation' | 'padLeft'> &
  Partial<Pick<DilatedConv1dAttributes, 'rectified'>>;

/** dilatedConv1d of ordinary tfjs ops, one matMul per tap: for backends without our kernels, and the reference of their tests. */
export function dilatedConv1dComposite(
  x: tf.Tensor3D,
  filter: tf.Tensor3D,
  bias: tf.Tensor1D,
  { dilation, padLeft, rectified = false }: CompositeAttributes,
): tf.Tensor3D {
  return tf.tidy(() => {
    const [batch, length, inChannels] = x.shape;
    const [kernelSize, , outChannels] = filter.shape;
    const padded = tf.pad3d(rectified ? tf.relu(x) : x, [
      [0, 0],
      [padLeft, (kernelSize - 1) * dilation - padLeft],
      [0, 0],
    ]);
    let y = tf.zeros<tf.Rank.R2>([batch * length, outChannels]);
    for (let k = 0; k < kernelSize; k++) {
      const shifted = tf.slice(padded, [0, k * dilation, 0], [batch, length, inChannels]);
      const tap = tf.reshape(tf.slice(filter, [k, 0, 0], [1, inChannels, outChannels]), [inChannels, outChannels]);
      y = tf.add(y, tf.matMul(tf.reshape(shifted, [batch * length, inChannels]), tap));
    }
    return tf.reshape(tf.add(y, bias), [batch, length, outChannels]);
  });
}
