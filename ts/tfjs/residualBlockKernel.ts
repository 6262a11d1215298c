import type * as tf from '@tensorflow/tfjs';
import type { BlockSizes } from '../native/NativeBinding';
import { loadBinding } from '../native/loadBinding';
import { type DilatedConv1dAttributes, precisionCode } from './dilatedConv1dKernel';
import type { KernelDefinition } from './kernelRegistration';

export interface ResidualBlockAttributes extends Omit<DilatedConv1dAttributes, 'rectified'> {
  dropoutRate: number;
  dropoutSeed: number;
}

function sizes(x: tf.TensorInfo, filter: tf.TensorInfo, attributes: ResidualBlockAttributes): BlockSizes {
  const { dilation, padLeft, dropoutRate, dropoutSeed, precision } = attributes;
  const [batch, length, channels] = x.shape;
  const taps = [filter.shape[0], dilation, padLeft] as const;
  return [batch, length, channels, ...taps, dropoutRate, dropoutSeed, precisionCode[precision]];
}

/** -> skipOut, xOut (the last block: without) and, with `withGradient`, preActivation */
export const residualBlockKernel = forwardKernel('ResidualBlock', true);
export const lastResidualBlockKernel = forwardKernel('LastResidualBlock', false);

type ForwardAttributes = ResidualBlockAttributes & { withGradient: boolean };

function forwardKernel(kernelName: string, hasOutput: boolean): KernelDefinition<ForwardAttributes> {
  const xOutputs = hasOutput ? 1 : 0;
  return {
    kernelName,
    outputShapes: ({ x }, { withGradient }) => new Array<number[]>(1 + xOutputs + (withGradient ? 1 : 0)).fill(x.shape),
    savedFrom: 1 + xOutputs,
    run(read, outputs, { x, skip, filter }, attributes) {
      loadBinding().residualBlock(
        ...sizes(x, filter, attributes),
        read('x'),
        skip ? read('skip') : null,
        read('filter'),
        read('bias'),
        read('skipWeight'),
        read('skipBias'),
        hasOutput ? read('outWeight') : null,
        hasOutput ? read('outBias') : null,
        attributes.withGradient ? outputs[1 + xOutputs] : null,
        hasOutput ? outputs[1] : null,
        outputs[0],
      );
    },
  };
}

/** -> dx, dFilter, dBias, dSkipWeight, dSkipBias, dOutWeight, dOutBias (the last block: without the last two) */
export const residualBlockGradKernel = backwardKernel('ResidualBlockGrad', true);
export const lastResidualBlockGradKernel = backwardKernel('LastResidualBlockGrad', false);

function backwardKernel(kernelName: string, hasOutput: boolean): KernelDefinition<ResidualBlockAttributes> {
  return {
    kernelName,
    outputShapes({ x, filter, skipWeight }) {
      const bias = [x.shape[2]];
      const shapes = [x.shape, filter.shape, bias, skipWeight.shape, bias];
      return hasOutput ? [...shapes, skipWeight.shape, bias] : shapes;
    },
    run(read, outputs, { x, filter }, attributes) {
      const [dx, dFilter, dBias, dSkipWeight, dSkipBias, dOutWeight = null, dOutBias = null] = outputs;
      loadBinding().residualBlockGrad(
        ...sizes(x, filter, attributes),
        read('x'),
        read('preActivation'),
        read('filter'),
        read('skipWeight'),
        hasOutput ? read('outWeight') : null,
        hasOutput ? read('dXOut') : null,
        read('dSkipOut'),
        dx,
        dFilter,
        dBias,
        dSkipWeight,
        dSkipBias,
        dOutWeight,
        dOutBias,
      );
    },
  };
}
