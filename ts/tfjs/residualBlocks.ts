import * as tf from '@tensorflow/tfjs';
import { expectedValue } from '../util/expected';
import { checkPrecision, type ConvolutionOptions, padLeft } from './convolutionOptions';
import { hasKernel } from './register';
import type { ResidualBlock } from './residualBlockWeights';
import { residualBlocksComposite } from './residualBlocksComposite';
import { type ResidualBlocksAttributes, residualBlocksKernel } from './residualBlocksKernel';
import { checkTensor } from './tensorArguments';

export interface ResidualBlocksOptions extends Omit<ConvolutionOptions, 'dilation'> {
  /** Share of the gate's elements set to 0, the others scaled by 1 / (1 - rate): in [0, 1), default 0. */
  dropoutRate?: number;
}

/**
 * The residual blocks of DiCNN (WETAS, arXiv 2108.06816, section 3; docs/method.md section 3) one after the other, fused: of each block
 * a = dilatedConv1d(x, filter, bias); gate = dropout(tanh(a) sigmoid(a)); x for the next = x + gate out + outBias.
 * While a gradient is being recorded it saves x and a of every block, and the backward pass recomputes the gates. Differentiable once, in every tensor.
 *
 * @param x [B, T, C] float32
 * @param blocks at least one; all filters of the same K
 * @returns skip: the sum over the blocks of gate skip + skipBias; x: what the last block hands on, null where it has no `out`; both [B, T, C] float32
 * @throws TypeError for something that is no tensor, RangeError for a wrong dtype, shape or option
 */
export function residualBlocks(
  x: tf.Tensor3D,
  blocks: readonly ResidualBlock[],
  options: ResidualBlocksOptions = {},
): { x: tf.Tensor3D | null; skip: tf.Tensor3D } {
  checkTensor(x, 'x', ['B', 'T', 'C']);
  if (blocks.length === 0) throw expectedValue('at least one block', 'blocks', blocks);
  blocks.forEach((block, i) => checkBlock(block, x.shape[2], blocks[0].filter, i === blocks.length - 1));
  const attributes = blocksAttributes(blocks, options);
  if (!hasKernel(residualBlocksKernel.kernelName)) return residualBlocksComposite(x, blocks, attributes);
  const inputs = [x, ...blocks.flatMap(blockInputs)];
  const withGradient = tf.engine().isTapeOn();
  // What is saved for the backward pass ends with the tidy; the tape keeps a clone.
  const [skip, xOut = null] = tf.tidy(() => {
    const { kernelName } = residualBlocksKernel;
    const outputs = tf.engine().runKernel(kernelName, inputs as never, { ...attributes, withGradient });
    const [skipOut, , ...handedOn] = outputs as unknown as tf.Tensor3D[];
    return [skipOut, ...handedOn];
  });
  return { x: xOut, skip };
}

function checkBlock(block: ResidualBlock, channels: number, firstFilter: tf.Tensor3D, isLast: boolean): void {
  checkTensor(block.filter, 'weights.filter', ['K', channels, channels]);
  checkTensor(block.filter, 'weights.filter', firstFilter.shape);
  checkTensor(block.bias, 'weights.bias', [channels]);
  checkTensor(block.skip, 'weights.skip', [channels, channels]);
  checkTensor(block.skipBias, 'weights.skipBias', [channels]);
  if (isLast && block.out === undefined && block.outBias === undefined) return;
  checkTensor(block.out as tf.Tensor, 'weights.out', [channels, channels]);
  checkTensor(block.outBias as tf.Tensor, 'weights.outBias', [channels]);
}

function blocksAttributes(
  blocks: readonly ResidualBlock[],
  { dropoutRate = 0, precision, context }: ResidualBlocksOptions,
): ResidualBlocksAttributes {
  if (!(dropoutRate >= 0 && dropoutRate < 1)) throw expectedValue('a number in [0, 1)', 'dropoutRate', dropoutRate);
  for (const { dropoutSeed = 0 } of blocks) {
    if (!Number.isInteger(dropoutSeed) || dropoutSeed < 0 || dropoutSeed >= 2 ** 31) {
      throw expectedValue('an integer in [0, 2^31)', 'dropoutSeed', dropoutSeed);
    }
  }
  return {
    dilations: blocks.map(({ dilation }) => dilation),
    padLefts: blocks.map(({ filter, dilation }) => padLeft(filter.shape[0], { dilation, context })),
    dropoutRate,
    dropoutSeeds: blocks.map(({ dropoutSeed = 0 }) => dropoutSeed),
    precision: checkPrecision(precision),
  };
}

function blockInputs({ filter, bias, skip, skipBias, out, outBias }: ResidualBlock): tf.Tensor[] {
  return [filter, bias, skip, skipBias, ...(out && outBias ? [out, outBias] : [])];
}
