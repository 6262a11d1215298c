import * as tf from '@tensorflow/tfjs';
import { checkPrecision, type ConvolutionOptions, padLeft } from './convolutionOptions';
import { dilatedConv1dComposite } from './dilatedConv1dComposite';
import { hasKernel } from './register';
import { checkTensor } from './tensorArguments';

export interface DilatedConv1dOptions extends ConvolutionOptions {
  /** The convolution of max(x, 0) instead of x. Default false. */
  rectified?: boolean;
}

/**
 * Dilated convolution over time with the length kept: y[b, t] = bias + sum over k of x[b, t - padLeft + k * dilation] filter[k], zero outside the
 * input; padLeft is (kernelSize - 1) * dilation in causal context and half of that in centred context.
 *
 * Differentiable once, in all three tensors (tfjs itself refuses gradients of dilated convolutions).
 *
 * @param x [B, T, Cin] float32
 * @param filter [K, Cin, Cout] float32, K >= 1, odd in centred context
 * @param bias [Cout] float32
 * @returns [B, T, Cout] float32
 * @throws TypeError for something that is no tensor, RangeError for a wrong dtype, shape or option
 */
export function dilatedConv1d(
  x: tf.Tensor3D,
  filter: tf.Tensor3D,
  bias: tf.Tensor1D,
  options: DilatedConv1dOptions,
): tf.Tensor3D {
  checkTensor(x, 'x', ['B', 'T', 'Cin']);
  checkTensor(filter, 'filter', ['K', x.shape[2], 'Cout']);
  checkTensor(bias, 'bias', [filter.shape[2]]);
  const attributes = {
    dilation: options.dilation,
    padLeft: padLeft(filter.shape[0], options),
    rectified: options.rectified ?? false,
    precision: checkPrecision(options.precision),
  };
  if (!hasKernel('DilatedConv1D')) return dilatedConv1dComposite(x, filter, bias, attributes);
  const [y] = tf.engine().runKernel('DilatedConv1D', { x, filter, bias }, attributes) as unknown as [tf.Tensor3D];
  return y;
}
