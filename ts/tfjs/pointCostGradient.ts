import * as tf from '@tensorflow/tfjs';
import { pointCostGradKernel, pointCostKernel } from './pointCostKernel';

export const pointCostGradient: tf.GradConfig = {
  kernelName: pointCostKernel.kernelName,
  inputsToSave: ['x', 'y'],
  gradFunc(dCost, [x, y], attributes) {
    // Not within the thunks: tfjs runs each in a tidy of its own, which would dispose the other's result.
    const inputs = { x, y, dCost: dCost as tf.Tensor };
    const gradients = tf.engine().runKernel(pointCostGradKernel.kernelName, inputs, attributes);
    const [dx, dy] = gradients as unknown as tf.Tensor[];
    return { x: () => dx, y: () => dy };
  },
};
