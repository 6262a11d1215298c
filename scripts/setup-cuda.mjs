#!/usr/bin/env node
// Brings NVIDIA's compiler, which `npm run build:cuda` needs: nothing where there is one, else by pip. No GPU and no driver are needed.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { findNvcc, installNvcc } from './setup-cuda/nvcc.mjs';

try {
  if (!findNvcc()) installNvcc({ say, run });
  const nvcc = findNvcc();
  if (!nvcc) throw new Error('the installed nvcc does not run on this machine');
  say(`${nvcc} is ready: \`npm run build:cuda\` compiles with it`);
} catch (error) {
  console.error(`setup:cuda: ${error.message}`);
  process.exitCode = 1;
}

function say(line) {
  console.log(`setup:cuda: ${line}`);
}

/** Runs a command with its output shown; throws a sentence that says what its failure means. */
function run(command, commandArguments, meaning) {
  const { status, error } = spawnSync(command, commandArguments, { stdio: 'inherit' });
  if (status === 0) return;
  const name = [path.basename(command), ...commandArguments].join(' ').slice(0, 200);
  throw new Error(`${meaning}: \`${name}\` failed${error ? `: ${error.message}` : ', see above'}`);
}
