import path from 'node:path';
import nodeGypBuild from 'node-gyp-build';
import type { NativeBinding } from './NativeBinding';

let binding: NativeBinding | undefined;

/** The addon of this package: a prebuilt binary of this platform, else what `npm run build` has compiled. Loaded at first use. */
export function loadBinding(): NativeBinding {
  return (binding ??= load(path.join(__dirname, '..', '..')));
}

function load(packageRoot: string): NativeBinding {
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
