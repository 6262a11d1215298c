import * as tf from '@tensorflow/tfjs';
import { softDtwGradKernel, softDtwKernel } from './softDtwKernel';

export const softDtwGradient: tf.GradConfig = {
  kernelName: softDtwKernel.kernelName,
  inputsToSave: ['cost'],
  outputsToSave: [false, true],
  gradFunc(dys, [cost, gradient]) {
    const [dy] = dys as tf.Tensor[];
    return {
      cost: () => {
        const inputs = { cost, gradient, dy };
        return (tf.engine().runKernel(softDtwGradKernel.kernelName, inputs) as unknown as tf.Tensor[])[0];
      },
    };
  },
};
