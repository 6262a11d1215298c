import * as tf from '@tensorflow/tfjs';
import {
  handsOn,
  type ResidualBlocksAttributes,
  residualBlocksGradKernel,
  residualBlocksKernel,
} from './residualBlocksKernel';
import { releaseSaved } from './savedTensors';

/** Biases are saved for their place on the tape alone: the gradients depend on them through what is kept, a saved output. */
export const residualBlocksGradient: tf.GradConfig = {
  kernelName: residualBlocksKernel.kernelName,
  saveAllInputs: true,
  outputsToSave: residualBlocksKernel.saved,
  gradFunc(dys, saved, attributes) {
    const [dSkipOut, , dXOut] = dys as tf.Tensor[];
    const forwardInputs = saved.length - 1;
    const inputs = [...saved, dSkipOut, ...(handsOn(forwardInputs) ? [dXOut] : [])];
    // Here: within a thunk, whose tidy ends with it, the other outputs would be lost.
    const gradients = tf.engine().runKernel(residualBlocksGradKernel.kernelName, inputs as never, {
      ...(attributes as unknown as ResidualBlocksAttributes),
      forwardInputs,
    }) as unknown as tf.Tensor[];
    releaseSaved(saved);
    return gradients.map((gradient) => () => gradient) as never;
  },
};
