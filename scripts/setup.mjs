#!/usr/bin/env node
// Brings a checkout to the point where its commands run: npm packages, system packages, addon, TypeScript. Each step is
// skipped when its result is there and no older than what it is made from, so this costs nothing when nothing is to do.
//   --force          rebuild the addon and the TypeScript
//   --native-tests   also what the native tests need (GoogleTest)
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNodeVersion } from './setup/nodeVersion.mjs';
import { installNpmPackages } from './setup/npmPackages.mjs';
import { installSystemPackages } from './setup/systemPackages.mjs';
import { isFresh, markBuilt, removeStaleOutput } from './setup/freshness.mjs';
import { writeEsmWrappers } from './setup/esmWrappers.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const force = process.argv.includes('--force');
const nativeTests = process.argv.includes('--native-tests');
const unknown = process.argv.slice(2).find((argument) => !['--force', '--native-tests'].includes(argument));

process.chdir(root);
try {
  if (unknown) throw new Error(`expected --force or --native-tests but received ${unknown}`);
  checkNodeVersion();
  installNpmPackages({ say, run });
  buildAddon();
  buildTypeScript();
} catch (error) {
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}

function buildAddon() {
  const addon = 'build/Release/wetas.node';
  const fresh = !force && isFresh(addon, ['CMakeLists.txt', 'native'], { except: ['native/test'] });
  if (!fresh || nativeTests) installSystemPackages({ say, run, nativeTests });
  if (fresh) return;
  say('compiling the native addon (cmake-js)');
  const started = new Date();
  run(process.execPath, ['node_modules/cmake-js/bin/cmake-js', force ? 'rebuild' : 'compile']);
  markBuilt(addon, started);
}

function buildTypeScript() {
  const lastWritten = 'dist/esm/index.mjs';
  if (!force && isFresh(lastWritten, ['ts', 'tsconfig.json', 'tsconfig.build.json', 'package.json'])) return;
  say('compiling the TypeScript (tsc)');
  const started = new Date();
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  writeEsmWrappers(root);
  removeStaleOutput('dist', started);
  markBuilt(lastWritten, started);
}

function say(line) {
  console.log(`setup: ${line}`);
}

/** Runs a command with its output shown; throws one sentence that names it when it fails. */
function run(command, commandArguments, env = {}) {
  const { status, error } = spawnSync(command, commandArguments, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status === 0) return;
  const name = [path.basename(command), ...commandArguments].join(' ');
  const hint = existsSync('build') && name.includes('cmake-js') ? ' (`npm run build` starts afresh)' : '';
  throw new Error(`\`${name}\` failed${error ? `: ${error.message}` : `, see above${hint}`}`);
}
