import * as tf from '@tensorflow/tfjs';
import {
  lastResidualBlockGradKernel,
  lastResidualBlockKernel,
  residualBlockGradKernel,
  residualBlockKernel,
} from './residualBlockKernel';
import { releaseSaved } from './savedTensors';

/** `bias` is saved for its place on the tape alone: the gradients depend on it through the pre-activation, a saved output. */
const inputsToSave = ['x', 'filter', 'bias', 'skipWeight'];

export const residualBlockGradient: tf.GradConfig = {
  kernelName: residualBlockKernel.kernelName,
  inputsToSave: [...inputsToSave, 'outWeight'],
  outputsToSave: [false, false, true],
  gradFunc(dys, saved, attributes) {
    const [x, filter, bias, skipWeight, outWeight, preActivation] = saved;
    const [dSkipOut, dXOut] = dys as tf.Tensor[];
    const inputs = { x, filter, bias, skipWeight, outWeight, preActivation, dSkipOut, dXOut };
    const gradients = runGradKernel(residualBlockGradKernel.kernelName, inputs, attributes);
    releaseSaved(saved);
    return {
      ...commonGradients(gradients, dSkipOut),
      outWeight: () => gradients[5],
      outBias: () => gradients[6],
    };
  },
};

export const lastResidualBlockGradient: tf.GradConfig = {
  kernelName: lastResidualBlockKernel.kernelName,
  inputsToSave,
  outputsToSave: [false, true],
  gradFunc(dys, saved, attributes) {
    const [x, filter, bias, skipWeight, preActivation] = saved;
    const [dSkipOut] = dys as tf.Tensor[];
    const inputs = { x, filter, bias, skipWeight, preActivation, dSkipOut };
    const gradients = runGradKernel(lastResidualBlockGradKernel.kernelName, inputs, attributes);
    releaseSaved(saved);
    return commonGradients(gradients, dSkipOut);
  },
};

/** To be called in gradFunc's body: within a thunk, whose tidy ends with it, its other outputs would be lost. */
function runGradKernel(kernelName: string, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap): tf.Tensor[] {
  return tf.engine().runKernel(kernelName, inputs, attributes) as unknown as tf.Tensor[];
}

function commonGradients(gradients: tf.Tensor[], dSkipOut: tf.Tensor): Record<string, () => tf.Tensor> {
  const [dx, dFilter, dBias, dSkipWeight, dSkipBias] = gradients;
  return {
    x: () => dx,
    // A clone, because tfjs disposes the gradients that it sums.
    skip: () => tf.clone(dSkipOut),
    filter: () => dFilter,
    bias: () => dBias,
    skipWeight: () => dSkipWeight,
    skipBias: () => dSkipBias,
  };
}
