import * as tf from '@tensorflow/tfjs';
import { dilatedConv1dGradient } from './dilatedConv1dGradient';
import {
  dilatedConv1dGradFilterKernel,
  dilatedConv1dGradInputKernel,
  dilatedConv1dKernel,
} from './dilatedConv1dKernel';
import { registerKernelEverywhere, registerNoGradient } from './kernelRegistration';
import { registerNativeBackend } from './native/registerNativeBackend';
import { lastResidualBlockGradient, residualBlockGradient } from './residualBlockGradient';
import {
  lastResidualBlockGradKernel,
  lastResidualBlockKernel,
  residualBlockGradKernel,
  residualBlockKernel,
} from './residualBlockKernel';
import {
  softDtwGradGradient,
  softDtwGradient,
  softDtwGradKernel,
  softDtwHessianProductKernel,
  softDtwKernel,
} from './softDtwKernel';
import { softDtwOfSeriesGradient, softDtwOfSeriesGradKernel, softDtwOfSeriesKernel } from './softDtwOfSeriesKernel';

/**
 * Registers the `native` backend, and our kernels and gradients on cpu, native, wasm and tensorflow (before or after those are registered themselves).
 * Idempotent; the ops call it, so that only who wants tf.setBackend('native') before any op needs to.
 */
export function register(): void {
  if (tf.getGradient('SoftDtw')) return;
  registerNativeBackend();
  for (const kernel of differentiableKernels) registerKernelEverywhere(kernel);
  for (const gradient of gradients) tf.registerGradient(gradient);
  for (const [op, kernels] of Object.entries(backwardKernels)) {
    for (const kernel of kernels) {
      registerKernelEverywhere(kernel);
      registerNoGradient(kernel.kernelName, op);
    }
  }
}

const differentiableKernels = [
  dilatedConv1dKernel,
  residualBlockKernel,
  lastResidualBlockKernel,
  softDtwKernel,
  softDtwGradKernel,
  softDtwOfSeriesKernel,
];
const gradients = [
  dilatedConv1dGradient,
  residualBlockGradient,
  lastResidualBlockGradient,
  softDtwGradient,
  softDtwGradGradient,
  softDtwOfSeriesGradient,
];
/** The kernels whose results are not to be differentiated, by the op whose gradient they compute. */
const backwardKernels = {
  dilatedConv1d: [dilatedConv1dGradInputKernel, dilatedConv1dGradFilterKernel],
  residualBlock: [residualBlockGradKernel, lastResidualBlockGradKernel],
  softDtw: [softDtwHessianProductKernel, softDtwOfSeriesGradKernel],
};

/** Whether the backend in use has that kernel of ours; without it an op is a composite of ordinary tfjs ops. */
export function hasKernel(kernelName: string): boolean {
  register();
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}
