import { createRequire } from 'node:module';
import path from 'node:path';
import nodeGypBuild from 'node-gyp-build';
import { findCudaAddon } from './cudaPackage';
import type { NativeBinding } from './NativeBinding';

let loaded: { binding: NativeBinding; cudaMissing: string } | undefined;

/** The addon with the kernels for GPUs where it can be used (cudaPackage.ts), else that of this package. Loaded at first use. */
export function loadBinding(): NativeBinding {
  return (loaded ??= load(path.join(__dirname, '..', '..'))).binding;
}

/** Why no call can run on a GPU, in a sentence; null where calls can. Starts CUDA where the addon has it. */
export function cudaMissing(): string | null {
  const info = { device: '', simd: '', threads: 0, gpuMissing: '' };
  loadBinding().deviceInfo(info);
  return info.gpuMissing === '' ? null : loaded?.cudaMissing || info.gpuMissing;
}

function load(packageRoot: string): { binding: NativeBinding; cudaMissing: string } {
  const cuda = findCudaAddon(packageRoot);
  if ('missing' in cuda) return { binding: loadOwn(packageRoot), cudaMissing: cuda.missing };
  return { binding: createRequire(cuda.file)(cuda.file) as NativeBinding, cudaMissing: '' };
}

/** A prebuilt binary of this platform, else what `npm run build` has compiled. */
function loadOwn(packageRoot: string): NativeBinding {
  try {
    return nodeGypBuild(packageRoot) as NativeBinding;
  } catch (cause) {
    throw new Error(
      `wetas has no native addon for ${process.platform}-${process.arch} in ${packageRoot}: it comes prebuilt for linux-x64 with glibc; ` +
        'elsewhere build it with `npx cmake-js compile` in that folder (needs g++, cmake and the headers of Highway: apt-get install libhwy-dev).',
      { cause },
    );
  }
}
