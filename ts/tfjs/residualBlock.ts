import * as tf from '@tensorflow/tfjs';
import { residualBlocks } from './residualBlocks';
import type { ResidualBlock, ResidualBlockWeights } from './residualBlockWeights';
import type { ConvolutionOptions } from './convolutionOptions';
import { checkTensor } from './tensorArguments';

export interface ResidualBlockOptions extends ConvolutionOptions, Pick<ResidualBlock, 'dropoutSeed'> {
  /** Share of the gate's elements set to 0, the others scaled by 1 / (1 - rate): in [0, 1), default 0. */
  dropoutRate?: number;
}

/**
 * One block of residualBlocks, which is faster than several of these.
 *
 * @param x [B, T, C] float32
 * @param skip [B, T, C] float32, the sum of the skips of the blocks before; null: there are none
 * @returns [x + gate out + outBias, skip + gate weights.skip + skipBias], both [B, T, C] float32
 * @throws TypeError for something that is no tensor, RangeError for a wrong dtype, shape or option
 */
export function residualBlock(
  x: tf.Tensor3D,
  skip: tf.Tensor3D | null,
  weights: ResidualBlockWeights,
  { dilation, dropoutSeed, ...options }: ResidualBlockOptions,
): [x: tf.Tensor3D, skip: tf.Tensor3D] {
  const { shape } = checkTensor(x, 'x', ['B', 'T', 'C']);
  if (skip) checkTensor(skip, 'skip', shape);
  checkTensor(weights.out, 'weights.out', [shape[2], shape[2]]);
  const outputs = residualBlocks(x, [{ ...weights, dilation, dropoutSeed }], options);
  if (!skip) return [outputs.x!, outputs.skip];
  const sum = tf.add<tf.Tensor3D>(skip, outputs.skip);
  outputs.skip.dispose();
  return [outputs.x!, sum];
}
