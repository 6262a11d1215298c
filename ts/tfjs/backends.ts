import * as tf from '@tensorflow/tfjs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { loadBinding } from '../native/loadBinding';
import { expectedValue } from '../util/expected';
import { restoreRemovedUtilFunctions } from './nodeUtilCompat';
import { register } from './register';

const loaders = {
  /** tfjs's cpu backend with its hot kernels in C++. */
  native: () => {},
  /** Plain JavaScript, but for our own kernels. */
  cpu: withoutGreeting,
  wasm: loadWasm,
  tensorflow: loadTensorflow,
};

export type BackendName = keyof typeof loaders;

/**
 * Makes that backend the one of all following ops, after registering our kernels and loading the optional package it needs.
 *
 * @throws RangeError for another name, Error when its package or our addon is missing or it cannot start, saying what to do
 */
export async function useBackend(name: BackendName): Promise<void> {
  if (!Object.hasOwn(loaders, name)) throw expectedValue(Object.keys(loaders).join(' or '), 'backend', name);
  loadBinding();
  register();
  loaders[name]();
  const started = await tf.setBackend(name);
  if (!started) throw new Error(`the backend ${name} could not start (the warning above says why)`);
  await tf.ready();
}

/** As this file would require them: both packages are optional, and no type of theirs is ours. */
const load = createRequire(__filename);

/** The cpu backend greets its first user in Node with advice to install tfjs-node. */
function withoutGreeting(): void {
  (tf.findBackend('cpu') as unknown as { firstUse: boolean }).firstUse = false;
}

function loadWasm(): void {
  const help = 'the wasm backend needs a package: npm install @tensorflow/tfjs-backend-wasm@4';
  loadOptional('@tensorflow/tfjs-backend-wasm', help);
}

function loadTensorflow(): void {
  const help = 'the tensorflow backend needs @tensorflow/tfjs-node with its addon: run `npm run setup:tfjs-node`';
  restoreRemovedUtilFunctions();
  // TensorFlow's C++ logs its CPU features at every start otherwise, and takes no other word for it than the environment's.
  // eslint-disable-next-line no-restricted-properties
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  loadOptional('@tensorflow/tfjs-node', help);
  const [ours, theirs] = ['@tensorflow/tfjs', '@tensorflow/tfjs-node'].map(coreOf);
  if (ours !== theirs) {
    throw new Error(
      `expected one copy of @tensorflow/tfjs-core but found ${ours} and ${theirs}: all @tensorflow packages have to be of one version`,
    );
  }
}

/** The copy of tfjs-core that a package uses; kernels registered with one are unknown to another. */
function coreOf(packageName: string): string {
  return load.resolve('@tensorflow/tfjs-core', { paths: [path.dirname(load.resolve(packageName))] });
}

function loadOptional(packageName: string, help: string): void {
  try {
    load(packageName);
  } catch (cause) {
    throw new Error(help, { cause });
  }
}
