import * as tf from '@tensorflow/tfjs';
import { dilatedConv1dGradFilterKernel, dilatedConv1dGradInputKernel } from './dilatedConv1dKernel';
import { releaseSaved } from './savedTensors';

/** y = DilatedConv1D(x, filter, bias). The op has one output, in an array: tfjs gives its dy without one. */
export const dilatedConv1dGradient: tf.GradConfig = {
  kernelName: 'DilatedConv1D',
  inputsToSave: ['x', 'filter'],
  gradFunc(dy, [x, filter], attributes) {
    // Not within the thunks: tfjs runs each in a tidy of its own, which would dispose the other's result.
    const [dFilter, dBias] = tf
      .engine()
      .runKernel(
        dilatedConv1dGradFilterKernel.kernelName,
        { x, dy: dy as tf.Tensor },
        { ...attributes, kernelSize: filter.shape[0] },
      ) as unknown as tf.Tensor[];
    return {
      x: () => {
        const inputs = { x, dy: dy as tf.Tensor, filter };
        const gradients = tf.engine().runKernel(dilatedConv1dGradInputKernel.kernelName, inputs, attributes);
        releaseSaved([x, filter]);
        return (gradients as unknown as tf.Tensor[])[0];
      },
      filter: () => dFilter,
      bias: () => dBias,
    };
  },
};
