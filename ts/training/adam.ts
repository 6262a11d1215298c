import * as tf from '@tensorflow/tfjs';
import type { Weights } from '../model/parameters';
import { loadBinding } from '../native/loadBinding';

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
      const gradient = gradients[variable.name]?.dataSync<'float32'>();
      if (!gradient) continue;
      // A copy, because the array that dataSync returns may be the variable's own memory.
      const params = new Float32Array(variable.dataSync());
      const m = state.m.get(name)!.data;
      const v = state.v.get(name)!.data;
      loadBinding().adamStep(params.length, state.step, learningRate, BETA1, BETA2, EPSILON, gradient, params, m, v);
      tf.tidy(() => variable.assign(tf.tensor(params, variable.shape, 'float32')));
    }
  }
}

function zerosLike(variables: Readonly<Record<string, tf.Variable>>): Weights {
  return new Map(
    Object.entries(variables).map(([name, { shape, size }]) => [name, { shape, data: new Float32Array(size) }]),
  );
}
