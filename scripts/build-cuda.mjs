#!/usr/bin/env node
// Compiles the addon with its GPU kernels into build-cuda/, checks that it will load where there is neither a GPU nor a driver, and says what
// it finds here. WETAS_PREBUILD=$PWD/build-cuda makes wetas load it. More arguments go to cmake-js.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { neededLibraries, shippedEverywhere } from './prebuild/neededLibraries.mjs';
import { findNvcc } from './setup-cuda/nvcc.mjs';
import { installNpmPackages } from './setup/npmPackages.mjs';
import { installSystemPackages } from './setup/systemPackages.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const folder = path.resolve('build-cuda', 'build'); // where node-gyp-build looks
const addon = path.join(folder, 'Release', 'wetas.node');

try {
  installNpmPackages({ say, run });
  installSystemPackages({ say, run });
  const nvcc = findNvcc();
  if (!nvcc) throw new Error('expected nvcc but found none: `npm run setup:cuda` brings it, or set CUDACXX to yours');
  say(`compiling with ${nvcc}`);
  const options = ['--CDWETAS_CUDA=ON', `--CDCMAKE_CUDA_COMPILER=${nvcc}`];
  const compile = ['node_modules/cmake-js/bin/cmake-js', 'compile', '--out', folder, ...options, ...process.argv.slice(2)];
  run(process.execPath, compile);
  const foreign = neededLibraries(addon).filter((library) => !shippedEverywhere(library));
  if (foreign.length > 0) throw new Error(`${addon} needs ${foreign.join(', ')}, which other machines may lack`);
  const { gpuName, gpuMissing } = deviceInfoOf(addon);
  say(`${addon} loads; ${gpuMissing ? `it finds no GPU here (${gpuMissing})` : `it finds ${gpuName}`}`);
} catch (error) {
  console.error(`build:cuda: ${error.message}`);
  process.exitCode = 1;
}

/** In a process of its own, which a broken driver may take down. */
function deviceInfoOf(file) {
  const code = 'const info = {}; require(process.argv[1]).deviceInfo(info); console.log(JSON.stringify(info));';
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-e', code, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} does not load (${signal ?? `status ${status}`}): ${stderr}`);
  return JSON.parse(stdout);
}

function say(line) {
  console.log(`build:cuda: ${line}`);
}

/** Runs a command with its output shown; throws one sentence that names it when it fails. */
function run(command, commandArguments, env = {}) {
  const { status, error } = spawnSync(command, commandArguments, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status === 0) return;
  const name = [path.basename(command), ...commandArguments].join(' ');
  throw new Error(`\`${name}\` failed${error ? `: ${error.message}` : ', see above'}`);
}
