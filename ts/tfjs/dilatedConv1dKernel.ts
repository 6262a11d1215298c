import type * as tf from '@tensorflow/tfjs';
import type { ConvSizes, PrecisionCode } from '../native/NativeBinding';
import { loadBinding } from '../native/loadBinding';
import type { Precision } from './convolutionOptions';
import type { KernelDefinition } from './kernelRegistration';

export interface DilatedConv1dAttributes {
  dilation: number;
  padLeft: number;
  rectified: boolean;
  precision: Precision;
}

export const precisionCode: Record<Precision, PrecisionCode> = { float32: 0, bf16: 1 };

/** The backward kernels know x or dy and the filter, never all shapes at once: sizes are taken from what each has. */
function sizes(
  [batch, length]: number[],
  [kernelSize, inChannels, outChannels]: number[],
  { dilation, padLeft, rectified, precision }: DilatedConv1dAttributes,
): ConvSizes {
  return [batch, length, inChannels, outChannels, kernelSize, dilation, padLeft, rectified, precisionCode[precision]];
}

export const dilatedConv1dKernel: KernelDefinition<DilatedConv1dAttributes> = {
  kernelName: 'DilatedConv1D',
  outputShapes: ({ x, filter }) => [[x.shape[0], x.shape[1], filter.shape[2]]],
  run(read, [y], { x, filter }, attributes) {
    loadBinding().dilatedConv1d(
      ...sizes(x.shape, filter.shape, attributes),
      read('x'),
      read('filter'),
      read('bias'),
      y,
    );
  },
};

/** x [B, T, Cin], dy [B, T, Cout], filter -> dx [B, T, Cin] */
export const dilatedConv1dGradInputKernel: KernelDefinition<DilatedConv1dAttributes> = {
  kernelName: 'DilatedConv1DGradInput',
  outputShapes: ({ dy, filter }) => [[dy.shape[0], dy.shape[1], filter.shape[1]]],
  run(read, [dx], { dy, filter }, attributes) {
    loadBinding().dilatedConv1dGradInput(
      ...sizes(dy.shape, filter.shape, attributes),
      attributes.rectified ? read('x') : null,
      read('dy'),
      read('filter'),
      dx,
    );
  },
};

export interface GradFilterAttributes extends DilatedConv1dAttributes {
  kernelSize: number;
}

function filterShape(x: tf.TensorInfo, dy: tf.TensorInfo, { kernelSize }: GradFilterAttributes): number[] {
  return [kernelSize, x.shape[2], dy.shape[2]];
}

/** x [B, T, Cin], dy [B, T, Cout] -> dFilter [K, Cin, Cout], dBias [Cout] */
export const dilatedConv1dGradFilterKernel: KernelDefinition<GradFilterAttributes> = {
  kernelName: 'DilatedConv1DGradFilter',
  outputShapes: ({ x, dy }, attributes) => [filterShape(x, dy, attributes), [dy.shape[2]]],
  run(read, [dFilter, dBias], { x, dy }, attributes) {
    loadBinding().dilatedConv1dGradFilter(
      ...sizes(x.shape, filterShape(x, dy, attributes), attributes),
      read('x'),
      read('dy'),
      dFilter,
      dBias,
    );
  },
};
