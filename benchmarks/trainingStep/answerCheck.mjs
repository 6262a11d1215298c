import * as tf from '@tensorflow/tfjs';
import { classificationLoss } from '../../dist/model/losses.js';

/**
 * What a side answers to `check`, in tfjs: weak logits, classification loss and the norm of its gradients.
 * @param weakLogits [B, T, C] -> [B], of the variables
 */
export function answerCheck(weakLogits, variables, { x, weakLabel }) {
  return tf.tidy(() => {
    let weakLogit;
    const { value, grads } = tf.variableGrads(() => {
      const logits = weakLogits(tf.tensor(x.data, x.shape));
      weakLogit = [...logits.dataSync()];
      return classificationLoss(logits, tf.tensor(weakLabel.data, weakLabel.shape));
    }, Object.values(variables));
    const norms = Object.values(grads).map((gradient) => Math.hypot(...gradient.dataSync()));
    return { weakLogit, loss: value.dataSync()[0], gradientNorm: Math.hypot(...norms) };
  });
}
