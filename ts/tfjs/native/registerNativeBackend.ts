import * as tf from '@tensorflow/tfjs';
import { NativeBackend } from './NativeBackend';
import { addN } from './addN';
import { binaryOverrides } from './binary';
import { batchMatMul, fusedMatMul } from './matMul';
import type { Override } from './override';
import { pad } from './pad';
import { mean, sum } from './reduction';
import { slice } from './slice';
import { unaryOverrides } from './unary';

/** Above the priorities of cpu, wasm and tensorflow: who names no backend after register() gets this one, where the addon loads. */
const priority = 4;

const overrides: Record<string, Override> = {
  ...unaryOverrides,
  ...binaryOverrides,
  AddN: addN,
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
  Mean: mean,
  PadV2: pad,
  Slice: slice,
  Sum: sum,
};

/** Every kernel of the cpu backend, the hot ones ours where they handle the shapes at hand. */
export function registerNativeBackend(): void {
  tf.registerBackend('native', () => new NativeBackend(), priority);
  for (const { kernelName, kernelFunc: cpuKernel } of tf.getKernelsForBackend('cpu')) {
    const override = overrides[kernelName];
    const kernelFunc: tf.KernelFunc = override
      ? (call) => override(call as Parameters<Override>[0]) ?? cpuKernel(call)
      : cpuKernel;
    tf.registerKernel({ kernelName, backendName: 'native', kernelFunc });
  }
}
