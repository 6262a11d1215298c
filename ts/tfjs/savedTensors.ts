import * as tf from '@tensorflow/tfjs';

/**
 * Disposes what a forward pass saved as soon as its gradient is computed. tfjs would do it at the end of the whole backward pass, when all that is saved
 * and all gradients have been in memory together. Under a gradient of a gradient they are kept, by tfjs too.
 */
export function releaseSaved(saved: tf.Tensor[]): void {
  if (tf.engine().state.gradientDepth === 0) tf.dispose(saved);
}
