import { expectedType, expectedValue } from '../util/expected';
import { defaultDevice } from './environment';
import { cudaMissing, loadBinding } from './loadBinding';

/**
 * How many threads share the work of a call, the calling one included; for the whole process, from the next call on. Results
 * do not depend on it. Default: WETAS_NUM_THREADS, else the CPUs that this process may use.
 *
 * @param threads a whole number in [1, 1024].
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function setThreads(threads: number): void {
  if (typeof threads !== 'number') throw expectedType('a number', 'threads', threads);
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 1024))
    throw expectedValue('a whole number in [1, 1024]', 'threads', threads);
  loadBinding().setThreads(threads);
}

/**
 * Where the work runs: `simd` is the instruction set in use, of this CPU or forced lower by the environment variable WETAS_SIMD (scalar | sse4 | avx2 | avx512 |
 * avx512bf16 | amx). `cuda` is the GPU that calls may run on, with `cudaMissing` null; or null, and `cudaMissing` says why in a sentence. `device` is `cuda` with a
 * GPU, unless WETAS_DEVICE is `cpu`, else `cpu`.
 *
 * @throws RangeError in the words "expected X for `WETAS_DEVICE` but received Y".
 */
export function deviceInfo(): {
  device: 'cpu' | 'cuda';
  simd: string;
  threads: number;
  cuda: null | { name: string; computeCapability: string };
  cudaMissing: string | null;
} {
  const info = { device: '', simd: '', threads: 0, gpuName: '', gpuComputeCapability: '' };
  loadBinding().deviceInfo(info);
  const missing = cudaMissing();
  const { simd, threads, gpuName: name, gpuComputeCapability: computeCapability } = info;
  return {
    device: missing === null && defaultDevice() !== 'cpu' ? 'cuda' : 'cpu',
    simd,
    threads,
    cuda: missing === null ? { name, computeCapability } : null,
    cudaMissing: missing,
  };
}
