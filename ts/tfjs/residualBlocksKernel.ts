import type * as tf from '@tensorflow/tfjs';
import type { BlockArgument, BlocksSizes } from '../native/NativeBinding';
import { loadBinding } from '../native/loadBinding';
import type { Precision } from './convolutionOptions';
import { precisionCode } from './dilatedConv1dKernel';
import type { KernelDefinition } from './kernelRegistration';

/** What all blocks have in common, and by block what sets them apart. */
export interface ResidualBlocksAttributes {
  dilations: number[];
  padLefts: number[];
  dropoutRate: number;
  dropoutSeeds: number[];
  precision: Precision;
}

type Inputs = Record<string, tf.TensorInfo>;

/**
 * The inputs, by number because a stack has any number of blocks: x, and of each block filter, bias, skipWeight, skipBias and, but for a last one that hands nothing
 * on, outWeight and outBias. The backward kernel has more behind them.
 */
const WEIGHTS = 6;
const weightInput = (block: number, weight: number) => 1 + block * WEIGHTS + weight;

/** Whether the last block has an output convolution: by the number of the forward kernel's inputs. */
export const handsOn = (inputs: number) => (inputs - 1) % WEIGHTS === 0;

function sizes(inputs: Inputs, { dropoutRate, precision, dilations }: ResidualBlocksAttributes): BlocksSizes {
  const { [0]: x, [weightInput(0, 0)]: filter } = inputs;
  const [batch, length, channels] = x.shape;
  return [batch, length, channels, filter.shape[0], dropoutRate, precisionCode[precision], dilations.length];
}

function blockArguments(
  read: (name: string) => Float32Array,
  { dilations, padLefts, dropoutSeeds }: ResidualBlocksAttributes,
  lastHandsOn: boolean,
): BlockArgument[] {
  return dilations.flatMap((dilation, block): BlockArgument[] => {
    const hasOutput = lastHandsOn || block < dilations.length - 1;
    const weights = Array.from({ length: WEIGHTS }, (_, weight) =>
      weight < 4 || hasOutput ? read(`${weightInput(block, weight)}`) : null,
    );
    return [dilation, padLefts[block], dropoutSeeds[block], ...weights];
  });
}

/** -> skipOut; what the backward pass needs, all in one (without `withGradient`: [0]); xOut, where the last block hands on */
export const residualBlocksKernel: KernelDefinition<ResidualBlocksAttributes & { withGradient: boolean }> = {
  kernelName: 'ResidualBlocks',
  outputShapes(inputs, { dilations, withGradient }) {
    const { shape } = inputs[0];
    const keptShape = withGradient ? [2 * dilations.length - 1, ...shape] : [0];
    return [shape, keptShape, ...(handsOn(Object.keys(inputs).length) ? [shape] : [])];
  },
  saved: [false, true],
  run(read, [skipOut, kept, xOut = null], inputs, attributes) {
    loadBinding().residualBlocks(
      ...sizes(inputs, attributes),
      ...blockArguments(read, attributes, xOut !== null),
      read('0'),
      attributes.withGradient ? kept : null,
      xOut,
      skipOut,
    );
  },
};

/** The inputs of the forward kernel, kept, dSkipOut, dXOut where the last block hands on -> the gradients of the inputs, in their order */
export const residualBlocksGradKernel: KernelDefinition<ResidualBlocksAttributes & { forwardInputs: number }> = {
  kernelName: 'ResidualBlocksGrad',
  outputShapes: (inputs, { forwardInputs }) => Array.from({ length: forwardInputs }, (_, input) => inputs[input].shape),
  run(read, [dx, ...dWeights], inputs, attributes) {
    const { forwardInputs } = attributes;
    const lastHandsOn = handsOn(forwardInputs);
    loadBinding().residualBlocksGrad(
      ...sizes(inputs, attributes),
      ...blockArguments(read, attributes, lastHandsOn),
      read('0'),
      read(`${forwardInputs}`),
      lastHandsOn ? read(`${forwardInputs + 2}`) : null,
      read(`${forwardInputs + 1}`),
      dx,
      ...dWeights,
    );
  },
};
