import * as tf from '@tensorflow/tfjs';
import { peekSync } from '../tfjs/peekSync';

/**
 * Gradients whose global norm, over all parameters together, is at most `maxNorm`: longer ones are all scaled by the same factor, maxNorm / (norm + 1e-6)
 * (Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013; the 1e-6 is PyTorch's). The caller disposes what is new.
 * @param gradients as tf.variableGrads returns them: the order of the parameters is that of the sum, whose bits thus depend on nothing else
 */
export function clipGradients(gradients: tf.NamedTensorMap, maxNorm: number): tf.NamedTensorMap {
  const factor = maxNorm / (globalNorm(gradients) + 1e-6);
  if (!(factor < 1)) return gradients;
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]));
}

function globalNorm(gradients: tf.NamedTensorMap): number {
  let sum = 0;
  for (const gradient of Object.values(gradients)) {
    const values = peekSync(gradient);
    // By index: an iterator takes ten times as long.
    for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  }
  return Math.sqrt(sum);
}
