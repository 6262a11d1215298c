import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

// NVIDIA's compiler as Python packages: what nvcc needs to compile and link, and no more.
const version = '13.5.37';
const packages = {
  'nvidia-cuda-nvcc': version,
  'nvidia-cuda-crt': version,
  'nvidia-nvvm': version,
  'nvidia-cuda-runtime': version,
  'nvidia-cuda-cccl': '13.3.5.0.6',
};
const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'wetas');
const folder = path.join(cache, `cuda-${version}`);

/** The path of an nvcc that runs: CUDACXX, that on the PATH, a toolkit's usual place, or what installNvcc() brought. */
export function findNvcc() {
  const candidates = [
    process.env.CUDACXX,
    'nvcc',
    '/usr/local/cuda/bin/nvcc',
    path.join(folder, 'nvidia/cu13/bin/nvcc'),
  ];
  return candidates.find((nvcc) => nvcc && spawnSync(nvcc, ['--version']).status === 0);
}

/** By pip into a cache outside the checkout; the folder appears only when it is whole. */
export function installNvcc({ say, run }) {
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(path.join(cache, 'unpacking-'));
  try {
    say(`installing nvcc ${version} into ${folder} (pip, 100 MB to download)`);
    const wanted = Object.entries(packages).map(([name, itsVersion]) => `${name}==${itsVersion}`);
    const quiet = ['--quiet', '--disable-pip-version-check'];
    const install = [
      '-m',
      'pip',
      'install',
      ...quiet,
      '--only-binary=:all:',
      '--no-deps',
      '--target',
      temporary,
      ...wanted,
    ];
    run(
      'python3',
      install,
      'nvcc could not be installed (needs python3 with pip; or put the nvcc of a CUDA toolkit on the PATH)',
    );
    if (existsSync(folder)) rmSync(folder, { recursive: true });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
