import * as tf from '@tensorflow/tfjs';
import { dilatedConv1dGradient } from './dilatedConv1dGradient';
import {
  dilatedConv1dGradFilterKernel,
  dilatedConv1dGradInputKernel,
  dilatedConv1dKernel,
} from './dilatedConv1dKernel';
import { registerKernelEverywhere, registerNoSecondGradient } from './kernelRegistration';
import { registerNativeBackend } from './native/registerNativeBackend';
import { pointCostGradient } from './pointCostGradient';
import { pointCostGradKernel, pointCostKernel } from './pointCostKernel';
import { lastResidualBlockGradient, residualBlockGradient } from './residualBlockGradient';
import {
  lastResidualBlockGradKernel,
  lastResidualBlockKernel,
  residualBlockGradKernel,
  residualBlockKernel,
} from './residualBlockKernel';
import { softDtwGradient } from './softDtwGradient';
import { softDtwGradKernel, softDtwKernel } from './softDtwKernel';

/**
 * Registers the `native` backend, and our kernels and gradients on cpu, native, wasm and tensorflow (before or after those are registered themselves).
 * Idempotent; the ops call it, so that only who wants tf.setBackend('native') before any op needs to.
 */
export function register(): void {
  if (tf.getGradient('SoftDtw')) return;
  registerNativeBackend();
  for (const kernel of forwardKernels) registerKernelEverywhere(kernel);
  for (const gradient of gradients) tf.registerGradient(gradient);
  for (const [op, kernels] of Object.entries(backwardKernels)) {
    for (const kernel of kernels) {
      registerKernelEverywhere(kernel);
      registerNoSecondGradient(kernel.kernelName, op);
    }
  }
}

const forwardKernels = [
  dilatedConv1dKernel,
  residualBlockKernel,
  lastResidualBlockKernel,
  softDtwKernel,
  pointCostKernel,
];
const gradients = [
  dilatedConv1dGradient,
  residualBlockGradient,
  lastResidualBlockGradient,
  softDtwGradient,
  pointCostGradient,
];
/** By the op whose gradient they compute. */
const backwardKernels = {
  dilatedConv1d: [dilatedConv1dGradInputKernel, dilatedConv1dGradFilterKernel],
  residualBlock: [residualBlockGradKernel, lastResidualBlockGradKernel],
  softDtw: [softDtwGradKernel, pointCostGradKernel],
};

/** Whether the backend in use has that kernel of ours; without it an op is a composite of ordinary tfjs ops. */
export function hasKernel(kernelName: string): boolean {
  register();
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}
