import * as tf from '@tensorflow/tfjs';
import type { Weights } from '../model/parameters';
import { adamStep } from '../tfjs/adamStep';

/** The optimizer's whole state: with the weights, all that the next step depends on. */
export interface AdamState {
  /** Steps taken. */
  step: number;
  /** First and second moments of the gradients, one per weight. */
  m: Weights;
  v: Weights;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * Adam (Kingma & Ba 2015, Algorithm 1, with epsilon outside of the root as in PyTorch) over tfjs variables. The arithmetic is the addon's on every
 * backend and the state lies in typed arrays, so that a restored state continues with the same bits.
 */
export class Adam {
  /** @param state taken over, not copied; absent: step 0 */
  constructor(
    private readonly variables: Readonly<Record<string, tf.Variable>>,
    readonly state: AdamState = { step: 0, m: zerosLike(variables), v: zerosLike(variables) },
  ) {}

  /**
   * Moves the variables by one step.
   * @param learningRate of this step
   * @param gradients as tf.variableGrads returns them; a variable without one stays as it is. The caller disposes them.
   */
  step(learningRate: number, gradients: Readonly<Record<string, tf.Tensor>>): void {
    const { state } = this;
    state.step++;
    for (const [name, variable] of Object.entries(this.variables)) {
      const gradient = gradients[variable.name];
      if (!gradient) continue;
      const moments = { m: state.m.get(name)!.data, v: state.v.get(name)!.data };
      const rates = { learningRate, beta1: BETA1, beta2: BETA2, epsilon: EPSILON };
      tf.tidy(() => variable.assign(adamStep(variable, gradient, { step: state.step, ...rates, ...moments })));
    }
  }
}

function zerosLike(variables: Readonly<Record<string, tf.Variable>>): Weights {
  return new Map(
    Object.entries(variables).map(([name, { shape, size }]) => [name, { shape, data: new Float32Array(size) }]),
  );
}
