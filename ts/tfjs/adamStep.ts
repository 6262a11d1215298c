import * as tf from '@tensorflow/tfjs';
import { type AdamStepAttributes, adamStepKernel } from './adamStepKernel';
import { register } from './register';

/**
 * One step of Adam (Kingma & Ba 2015, Algorithm 1, with epsilon outside of the root as in PyTorch) on the addon, whatever the backend.
 * @param parameters float32, any shape
 * @param gradient float32, of that shape
 * @returns the parameters after the step
 */
export function adamStep<T extends tf.Tensor>(parameters: T, gradient: tf.Tensor, attributes: AdamStepAttributes): T {
  register();
  const inputs = { parameters, gradient };
  const outputs = tf.engine().runKernel(adamStepKernel.kernelName, inputs, attributes as never);
  return (outputs as unknown as T[])[0];
}
