#!/usr/bin/env node
// Brings NVIDIA's compiler, which `npm run build:cuda` needs: nothing where there is one, else by pip. No GPU and no driver are needed.
import { findNvcc, installNvcc } from './setup-cuda/nvcc.mjs';
import { run } from './setup/explainedRun.mjs';

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
