import * as tf from '@tensorflow/tfjs';
import { adamStepKernel } from './adamStepKernel';
import { dilatedConv1dGradient } from './dilatedConv1dGradient';
import {
  dilatedConv1dGradFilterKernel,
  dilatedConv1dGradInputKernel,
  dilatedConv1dKernel,
} from './dilatedConv1dKernel';
import { registerKernelEverywhere, registerNoGradient } from './kernelRegistration';
import { maxOverTimeGradient, maxOverTimeGradKernel, maxOverTimeKernel } from './maxOverTimeKernel';
import { registerNativeBackend } from './native/registerNativeBackend';
import { residualBlocksGradient } from './residualBlocksGradient';
import { residualBlocksGradKernel, residualBlocksKernel } from './residualBlocksKernel';
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
  for (const kernel of [...differentiableKernels, adamStepKernel]) registerKernelEverywhere(kernel);
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
  residualBlocksKernel,
  maxOverTimeKernel,
  softDtwKernel,
  softDtwGradKernel,
  softDtwOfSeriesKernel,
];
const gradients = [
  dilatedConv1dGradient,
  residualBlocksGradient,
  maxOverTimeGradient,
  softDtwGradient,
  softDtwGradGradient,
  softDtwOfSeriesGradient,
];
/** The kernels whose results are not to be differentiated, by the op whose gradient they compute. */
const backwardKernels = {
  dilatedConv1d: [dilatedConv1dGradInputKernel, dilatedConv1dGradFilterKernel],
  residualBlocks: [residualBlocksGradKernel],
  maxOverTime: [maxOverTimeGradKernel],
  softDtw: [softDtwHessianProductKernel, softDtwOfSeriesGradKernel],
};

/** Whether the backend in use has that kernel of ours; without it an op is a composite of ordinary tfjs ops. */
export function hasKernel(kernelName: string): boolean {
  register();
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}
