#!/usr/bin/env node
// Makes the tarball of wetas-cuda-<platform>-<arch>, the package that brings the addon with the kernels for GPUs: `npm run build:cuda`, then the addon, stripped,
// in a package of this one's version. wetas finds it where both are installed (ts/native/cudaPackage.ts). More arguments go to `npm run build:cuda`.
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './setup/explainedRun.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { version, license, engines } = JSON.parse(readFileSync('package.json', 'utf8'));
const name = `wetas-cuda-${process.platform}-${process.arch}`;
const folder = path.resolve('build-cuda', 'package');
const addon = path.join(folder, 'wetas.node');

try {
  run(process.execPath, ['scripts/build-cuda.mjs', ...process.argv.slice(2)], 'there is no addon to be packed');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(path.resolve('build-cuda', 'build', 'Release', 'wetas.node'), addon);
  run('strip', ['--strip-unneeded', addon], 'the addon could not be stripped');
  copyFileSync('LICENSE', path.join(folder, 'LICENSE'));
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(packageJson(), null, 2)}\n`);
  writeFileSync(path.join(folder, 'README.md'), readme());
  run('npm', ['pack', folder, '--ignore-scripts'], 'the package could not be packed');
  console.log(`pack:cuda: ${name}-${version}.tgz, ${(statSync(addon).size / 1e6).toFixed(1)} MB unpacked`);
} catch (error) {
  console.error(`pack:cuda: ${error.message}`);
  process.exitCode = 1;
}

function packageJson() {
  return {
    name,
    version,
    description: 'The native addon of wetas with its kernels for NVIDIA GPUs',
    license,
    os: [process.platform],
    cpu: [process.arch],
    libc: ['glibc'],
    engines,
    main: 'wetas.node',
    files: ['wetas.node'],
  };
}

function readme() {
  return `# ${name}

The native addon of wetas ${version} with its kernels for NVIDIA GPUs of compute capability 7.5 and later. Installed beside wetas of the same version it is found and tried when
wetas is first used; \`deviceInfo()\` of wetas says whether it is in use (\`cuda\`), or in a sentence why not (\`cudaMissing\`). It needs NVIDIA's driver, and nothing else of CUDA: the
runtime, under NVIDIA's own licence, is linked in.

Experimental: its kernels have been tested on a CPU in lockstep, and on no GPU yet.
`;
}
