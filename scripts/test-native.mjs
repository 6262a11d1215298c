#!/usr/bin/env node
// Builds the C++ tests with AddressSanitizer and UndefinedBehaviorSanitizer in build-sanitize/ and runs them. More arguments go to ctest.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const folder = 'build-sanitize';
const jobs = String(availableParallelism());
const generator = spawnSync('ninja', ['--version']).status === 0 ? ['-G', 'Ninja'] : [];

run(process.execPath, 'scripts/setup.mjs', '--native-tests');
run('cmake', '-S', '.', '-B', folder, ...generator, '-DWETAS_BUILD_TESTS=ON', '-DWETAS_SANITIZE=ON');
run('cmake', '--build', folder, '--parallel', jobs);
run('ctest', '--test-dir', folder, '--output-on-failure', '--no-tests=error', '-j', jobs, ...process.argv.slice(2));

function run(command, ...commandArguments) {
  const { status } = spawnSync(command, commandArguments, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
