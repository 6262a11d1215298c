#!/usr/bin/env node
// Builds the C++ tests and the addon with AddressSanitizer and UndefinedBehaviorSanitizer in build-sanitize/, runs the C++ tests, and then those tests
// of the addon in which memory could be misused, with the kernels for GPUs on the CPU. More arguments go to ctest.
import { execFileSync, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';

const root = path.resolve('build-sanitize');
const folder = path.join(root, 'build'); // where node-gyp-build looks
const jobs = String(availableParallelism());

run(process.execPath, ['scripts/setup.mjs', '--native-tests']);
run(process.execPath, [
  'node_modules/cmake-js/bin/cmake-js',
  'compile',
  '--out',
  folder,
  '--parallel',
  jobs,
  '--CDWETAS_BUILD_TESTS=ON',
  '--CDWETAS_SANITIZE=ON',
  '--CDWETAS_CUDA=lockstep',
]);
run('ctest', ['--test-dir', folder, '--output-on-failure', '--no-tests=error', '-j', jobs, ...process.argv.slice(2)]);
run(process.execPath, ['node_modules/jest/bin/jest.js', 'test/native', 'test/dtw/async', 'test/dtw/devices'], {
  WETAS_PREBUILD: root,
  LD_PRELOAD: execFileSync('c++', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim(),
  ASAN_OPTIONS: 'detect_leaks=0', // Node frees little when it ends
});

function run(command, commandArguments, environment = {}) {
  const { status } = spawnSync(command, commandArguments, {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  if (status !== 0) process.exit(status ?? 1);
}
