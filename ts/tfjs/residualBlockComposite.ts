import * as tf from '@tensorflow/tfjs';
import { loadBinding } from '../native/loadBinding';
import { dilatedConv1dComposite } from './dilatedConv1dComposite';
import type { LastResidualBlockWeights, ResidualBlockWeights } from './residualBlock';
import type { ResidualBlockAttributes } from './residualBlockKernel';

/**
 * residualBlock of ordinary tfjs ops: for backends without our kernels, and the reference of their tests. Without weights.out the first result is x
 * itself, which the last block's caller does not use.
 */
export function residualBlockComposite(
  x: tf.Tensor3D,
  skip: tf.Tensor3D | null,
  weights: LastResidualBlockWeights & Partial<ResidualBlockWeights>,
  attributes: Omit<ResidualBlockAttributes, 'precision'>,
): [tf.Tensor3D, tf.Tensor3D] {
  return tf.tidy(() => {
    const a = dilatedConv1dComposite(x, weights.filter, weights.bias, attributes);
    const gate = dropout(tf.mul(tf.tanh(a), tf.sigmoid(a)), attributes);
    const skipped = pointwise(gate, weights.skip, weights.skipBias);
    const skipOut = skip ? tf.add<tf.Tensor3D>(skip, skipped) : skipped;
    if (!weights.out || !weights.outBias) return [x, skipOut];
    return [tf.add<tf.Tensor3D>(x, pointwise(gate, weights.out, weights.outBias)), skipOut];
  });
}

function pointwise(x: tf.Tensor3D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  const filter = tf.reshape<tf.Rank.R3>(weight, [1, ...weight.shape]);
  return dilatedConv1dComposite(x, filter, bias, { dilation: 1, padLeft: 0 });
}

/** The mask comes from the addon, so that a seed means the same elements everywhere. */
function dropout(
  gate: tf.Tensor3D,
  { dropoutRate, dropoutSeed }: Pick<ResidualBlockAttributes, 'dropoutRate' | 'dropoutSeed'>,
): tf.Tensor3D {
  if (dropoutRate === 0) return gate;
  const mask = new Float32Array(gate.size);
  loadBinding().dropoutMask(gate.size, dropoutRate, dropoutSeed, mask);
  return tf.mul(gate, tf.tensor(mask, gate.shape));
}
