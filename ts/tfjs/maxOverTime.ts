import * as tf from '@tensorflow/tfjs';
import { maxOverTimeComposite } from './maxOverTimeComposite';
import { maxOverTimeKernel } from './maxOverTimeKernel';
import { hasKernel } from './register';
import { checkTensor } from './tensorArguments';

/**
 * Global max pooling (docs/method.md section 3). Over constant input (padding, for one) a channel has the same value at many timesteps; the gradient goes to the first
 * of them, as in PyTorch, where tf.max would give it to every one. Differentiable once, in x.
 *
 * @param x [B, T, C] float32
 * @param mask [B, T] float32: timesteps of mask 0 do not count; where none is left, the first does
 * @returns [B, C] float32
 * @throws TypeError for something that is no tensor, RangeError for a wrong dtype or shape
 */
export function maxOverTime(x: tf.Tensor3D, mask?: tf.Tensor2D): tf.Tensor2D {
  const { shape } = checkTensor(x, 'x', ['B', 'T', 'C']);
  if (mask) checkTensor(mask, 'mask', shape.slice(0, 2));
  const { kernelName } = maxOverTimeKernel;
  if (!hasKernel(kernelName)) return maxOverTimeComposite(x, mask);
  const inputs = { x, ...(mask && { mask }) };
  return tf.tidy(() => (tf.engine().runKernel(kernelName, inputs) as unknown as tf.Tensor2D[])[0]);
}
