import type * as tf from '@tensorflow/tfjs';
import type { Weights } from '../model/parameters';
import { peekSync } from '../tfjs/peekSync';

/**
 * The exponential moving average of the weights over the training steps (Polyak & Juditsky 1992, in the form of Kingma & Ba 2015, section 7.2). After step n
 * it keeps min(decay, n / (n + 10)) of itself, so that the initial weights are soon forgotten.
 */
export class WeightAverage {
  /** @param weights where it stands; taken over, not copied */
  constructor(
    readonly weights: Weights,
    private readonly decay: number,
  ) {}

  /** @param step counted from 1: what the variables are now is the result of this one */
  update(variables: Readonly<Record<string, tf.Variable>>, step: number): void {
    const share = 1 - Math.min(this.decay, step / (step + 10));
    for (const [name, { data }] of this.weights) {
      const current = peekSync(variables[name]);
      for (let i = 0; i < data.length; i++) data[i] += share * (current[i] - data[i]);
    }
  }
}
