import * as tf from '@tensorflow/tfjs';
import { loadBinding } from '../native/loadBinding';
import { dilatedConv1dComposite } from './dilatedConv1dComposite';
import type { ResidualBlock } from './residualBlockWeights';
import type { ResidualBlocksAttributes } from './residualBlocksKernel';

/** residualBlocks of ordinary tfjs ops: for backends without our kernels, and the reference of their tests. */
export function residualBlocksComposite(
  x: tf.Tensor3D,
  blocks: readonly ResidualBlock[],
  { dilations, padLefts, dropoutRate, dropoutSeeds }: Omit<ResidualBlocksAttributes, 'precision'>,
): { x: tf.Tensor3D | null; skip: tf.Tensor3D } {
  return tf.tidy(() => {
    let handedOn: tf.Tensor3D | null = x;
    const skips = blocks.map(({ filter, bias, skip, skipBias, out, outBias }, i) => {
      const taps = { dilation: dilations[i], padLeft: padLefts[i] };
      const a = dilatedConv1dComposite(handedOn!, filter, bias, taps);
      const gate = dropout(tf.mul(tf.tanh(a), tf.sigmoid(a)), dropoutRate, dropoutSeeds[i]);
      handedOn = out && outBias ? tf.add<tf.Tensor3D>(handedOn!, pointwise(gate, out, outBias)) : null;
      return pointwise(gate, skip, skipBias);
    });
    return { x: handedOn, skip: tf.addN(skips) };
  });
}

function pointwise(x: tf.Tensor3D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  const filter = tf.reshape<tf.Rank.R3>(weight, [1, ...weight.shape]);
  return dilatedConv1dComposite(x, filter, bias, { dilation: 1, padLeft: 0 });
}

/** The mask comes from the addon, so that a seed means the same elements everywhere. */
function dropout(gate: tf.Tensor3D, rate: number, seed: number): tf.Tensor3D {
  if (rate === 0) return gate;
  const mask = new Float32Array(gate.size);
  loadBinding().dropoutMask(gate.size, rate, seed, mask);
  return tf.mul(gate, tf.tensor(mask, gate.shape));
}
