import { loadBinding } from '../native/loadBinding';
import type { KernelDefinition } from './kernelRegistration';

export interface AdamStepAttributes {
  /** Counted from 1. */
  step: number;
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** First and second moments of the gradient, of as many elements: moved on in place. */
  m: Float32Array;
  v: Float32Array;
}

/** parameters, gradient -> the parameters after one step */
export const adamStepKernel: KernelDefinition<AdamStepAttributes> = {
  kernelName: 'AdamStep',
  outputShapes: ({ parameters }) => [parameters.shape],
  run(read, [next], _inputs, { step, learningRate, beta1, beta2, epsilon, m, v }) {
    next.set(read('parameters'));
    loadBinding().adamStep(next.length, step, learningRate, beta1, beta2, epsilon, read('gradient'), next, m, v);
  },
};
