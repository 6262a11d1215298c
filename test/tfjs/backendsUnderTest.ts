import * as tf from '@tensorflow/tfjs';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type BackendName, useBackend } from '../../ts/tfjs';

const tfjsNodeAddon = path.join(__dirname, '../../node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node');

/** One block of tests a backend; that of tensorflow is shown as skipped where `npm run setup:tfjs-node` has not been run. */
export function describeEachBackend(body: (backend: BackendName) => void): void {
  for (const backend of ['cpu', 'native', 'wasm', 'tensorflow'] as const) {
    const missing = backend === 'tensorflow' && !existsSync(tfjsNodeAddon);
    const describeBackend = missing ? describe.skip : describe;
    describeBackend(`on ${backend}`, () => {
      if (backend === 'tensorflow') beforeAll(acceptArraysOfTensorflow);
      beforeAll(() => useBackend(backend));
      beforeEach(() => {
        tf.engine().startScope();
      });
      afterEach(() => {
        tf.engine().endScope();
      });
      body(backend);
    });
  }
}

/** tfjs-node's addon makes its arrays in Node's realm, which is not that of a jest test: instanceof would be false, and tfjs saves no weights then. */
function acceptArraysOfTensorflow(): void {
  const isFloat32Array = (value: unknown) => Object.prototype.toString.call(value) === '[object Float32Array]';
  Object.defineProperty(Float32Array, Symbol.hasInstance, { value: isFloat32Array, configurable: true });
}
