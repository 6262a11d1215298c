import * as tf from '@tensorflow/tfjs';
import { expectedValue } from '../util/expected';
import { checkPrecision, type ConvolutionOptions, padLeft } from './convolutionOptions';
import { hasKernel } from './register';
import { residualBlockComposite } from './residualBlockComposite';
import type { ResidualBlockAttributes } from './residualBlockKernel';
import { checkTensor } from './tensorArguments';

/** Weights of a block of C channels; matrices are [in, out]. */
export interface ResidualBlockWeights extends LastResidualBlockWeights {
  /** [C, C]: the 1 x 1 convolution that feeds the next block */
  out: tf.Tensor2D;
  /** [C] */
  outBias: tf.Tensor1D;
}

export interface LastResidualBlockWeights {
  /** [K, C, C]: the dilated convolution */
  filter: tf.Tensor3D;
  /** [C] */
  bias: tf.Tensor1D;
  /** [C, C]: the 1 x 1 convolution that feeds the sum of skips */
  skip: tf.Tensor2D;
  /** [C] */
  skipBias: tf.Tensor1D;
}

export interface ResidualBlockOptions extends ConvolutionOptions {
  /** Share of the gate's elements set to 0, the others scaled by 1 / (1 - rate): in [0, 1), default 0. */
  dropoutRate?: number;
  /** Which elements: an integer in [0, 2^31), default 0. The same seed drops the same elements. */
  dropoutSeed?: number;
}

/**
 * One residual block of DiCNN (WETAS, arXiv 2108.06816, section 3; docs/method.md section 3), fused:
 * a = dilatedConv1d(x, filter, bias); gate = dropout(tanh(a) sigmoid(a)).
 * While a gradient is being recorded it saves x and a, and the backward pass recomputes the gate. Differentiable once, in every tensor.
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
  options: ResidualBlockOptions,
): [x: tf.Tensor3D, skip: tf.Tensor3D] {
  checkBlock(x, skip, weights);
  const channels = x.shape[2];
  checkTensor(weights.out, 'weights.out', [channels, channels]);
  checkTensor(weights.outBias, 'weights.outBias', [channels]);
  const attributes = blockAttributes(weights.filter, options);
  if (!hasKernel('ResidualBlock')) return residualBlockComposite(x, skip, weights, attributes);
  const inputs = { ...blockInputs(x, skip, weights), outWeight: weights.out, outBias: weights.outBias };
  const [skipOut, xOut] = runForward('ResidualBlock', inputs, attributes);
  return [xOut, skipOut];
}

/**
 * residualBlock where nothing reads the block's x: the sum of skips alone, without the work of the output convolution.
 *
 * @returns skip + gate weights.skip + skipBias, [B, T, C] float32
 * @throws TypeError for something that is no tensor, RangeError for a wrong dtype, shape or option
 */
export function lastResidualBlock(
  x: tf.Tensor3D,
  skip: tf.Tensor3D | null,
  weights: LastResidualBlockWeights,
  options: ResidualBlockOptions,
): tf.Tensor3D {
  checkBlock(x, skip, weights);
  const attributes = blockAttributes(weights.filter, options);
  if (!hasKernel('LastResidualBlock')) return residualBlockComposite(x, skip, weights, attributes)[1];
  return runForward('LastResidualBlock', blockInputs(x, skip, weights), attributes)[0];
}

/** What is saved for the backward pass, the last output, ends with the tidy; the tape keeps a clone. */
function runForward(kernelName: string, inputs: tf.NamedTensorMap, attributes: ResidualBlockAttributes): tf.Tensor3D[] {
  return tf.tidy(() => {
    const withGradient = tf.engine().isTapeOn();
    const outputs = tf.engine().runKernel(kernelName, inputs, { ...attributes, withGradient });
    return (outputs as unknown as tf.Tensor3D[]).slice(0, withGradient ? -1 : undefined);
  });
}

function checkBlock(x: tf.Tensor3D, skip: tf.Tensor3D | null, weights: LastResidualBlockWeights): void {
  checkTensor(x, 'x', ['B', 'T', 'C']);
  if (skip) checkTensor(skip, 'skip', x.shape);
  const channels = x.shape[2];
  checkTensor(weights.filter, 'weights.filter', ['K', channels, channels]);
  checkTensor(weights.bias, 'weights.bias', [channels]);
  checkTensor(weights.skip, 'weights.skip', [channels, channels]);
  checkTensor(weights.skipBias, 'weights.skipBias', [channels]);
}

function blockAttributes(filter: tf.Tensor3D, options: ResidualBlockOptions): ResidualBlockAttributes {
  const { dilation, dropoutRate = 0, dropoutSeed = 0 } = options;
  if (!(dropoutRate >= 0 && dropoutRate < 1)) throw expectedValue('a number in [0, 1)', 'dropoutRate', dropoutRate);
  if (!Number.isInteger(dropoutSeed) || dropoutSeed < 0 || dropoutSeed >= 2 ** 31) {
    throw expectedValue('an integer in [0, 2^31)', 'dropoutSeed', dropoutSeed);
  }
  const precision = checkPrecision(options.precision);
  return { dilation, padLeft: padLeft(filter.shape[0], options), dropoutRate, dropoutSeed, precision };
}

function blockInputs(x: tf.Tensor3D, skip: tf.Tensor3D | null, weights: LastResidualBlockWeights): tf.NamedTensorMap {
  const { filter, bias, skip: skipWeight, skipBias } = weights;
  return { x, ...(skip && { skip }), filter, bias, skipWeight, skipBias };
}
