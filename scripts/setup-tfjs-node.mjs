#!/usr/bin/env node
// Sets up the optional backend `tensorflow`: @tensorflow/tfjs-node, whose own install script downloads a library that is no longer served, with its
// addon compiled here against TensorFlow's shared library. Linux x64. Each step is skipped when its result is there.
//   TENSORFLOW_LIBRARY_DIR   a folder with libtensorflow_cc.so.2 (or libtensorflow.so.2), libtensorflow_framework.so.2 and include/; without it they
//                            are taken from the wheel tensorflow-cpu 2.16.2 (214 MB) into ~/.cache/wetas
// Nothing in package.json or package-lock.json changes; `npm ci` removes the package again, and this command brings it back in seconds.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './setup/explainedRun.mjs';
import { compileAddon } from './setup-tfjs-node/compileAddon.mjs';
import { findTensorflow } from './setup-tfjs-node/tensorflowLibrary.mjs';

const version = '4.22.0';
const root = fileURLToPath(new URL('..', import.meta.url));
const packageFolder = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node');

process.chdir(root);
try {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`expected linux-x64 but this is ${process.platform}-${process.arch}: use the native backend`);
  }
  run(process.execPath, ['scripts/setup.mjs'], 'wetas itself could not be set up');
  installPackage();
  checkOneCore();
  compileAddon({ packageFolder, tensorflow: findTensorflow({ say, run }), say, run });
  tryIt();
  say('done: `npm run train -- --backend tensorflow` uses it, and its tests now run with `npm test`');
} catch (error) {
  console.error(`setup:tfjs-node: ${error.message}`);
  process.exitCode = 1;
}

/** Without its install script, which would fail on the download, and without a trace in package.json. */
function installPackage() {
  const manifest = path.join(packageFolder, 'package.json');
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version) return;
  say(`installing @tensorflow/tfjs-node ${version} without its install script`);
  // --save-dev, though nothing is saved: npm would else go by peerDependencies, where the package is optional, and install nothing.
  const install = ['install', '--no-save', '--save-dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  run('npm', [...install, `@tensorflow/tfjs-node@${version}`], 'the npm registry did not give the package');
}

/** Two copies of tfjs-core have two registries of kernels, and neither knows the other's. */
function checkOneCore() {
  const [ours, theirs] = ['tfjs', 'tfjs-node'].map((name) => {
    const inPackage = createRequire(path.join(root, 'node_modules', '@tensorflow', name, 'package.json'));
    return realpathSync(inPackage.resolve('@tensorflow/tfjs-core'));
  });
  if (ours !== theirs) {
    throw new Error(
      `two copies of @tensorflow/tfjs-core, ${ours} and ${theirs}: delete node_modules and run \`npm ci\`, then this command again`,
    );
  }
}

function tryIt() {
  const code = `
    const tf = require('@tensorflow/tfjs');
    require('./dist/tfjs').useBackend('tensorflow').then(() => {
      const product = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync();
      if (product.join() !== '3,3,3,3') throw new Error('a matrix product is wrong: ' + product.join());
    });`;
  run(process.execPath, ['-e', code], 'the compiled addon does not work');
}

function say(line) {
  console.log(`setup:tfjs-node: ${line}`);
}
