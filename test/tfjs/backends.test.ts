import * as tf from '@tensorflow/tfjs';
import { dilatedConv1d, register, residualBlock, residualBlocks, softDtw, useBackend } from '../../ts/tfjs';
import { expectClose, numbers, uniform } from './evaluate';

/** A backend that is none of ours: the cpu backend by another name, copied before our kernels came. */
class PlainBackend extends tf.MathBackendCPU {
  constructor() {
    super();
    // No greeting.
    Object.assign(this, { firstUse: false });
  }
}

beforeAll(async () => {
  tf.registerBackend('plain', () => new PlainBackend());
  tf.copyRegisteredKernels('cpu', 'plain');
  await useBackend('cpu');
});

test('register() is idempotent and silent', () => {
  const warn = jest.spyOn(console, 'warn');
  const before = tf.getKernelsForBackend('native').length;
  register();
  register();
  expect(tf.getKernelsForBackend('native').length).toBe(before);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test('native has every kernel of cpu', () => {
  const names = (backend: string) =>
    tf
      .getKernelsForBackend(backend)
      .map(({ kernelName }) => kernelName)
      .sort();
  expect(names('native')).toEqual(names('cpu'));
});

test.each(['cpu', 'native', 'wasm'] as const)('useBackend(%s)', async (name) => {
  await useBackend(name);
  expect(tf.getBackend()).toBe(name);
  expect(numbers(tf.add(1, 2))).toEqual([3]);
});

test('another name is an error', async () => {
  await expect(useBackend('gpu' as never)).rejects.toThrow(/native or cpu or wasm or tensorflow for `backend`/);
});

test('on a backend without our kernels the ops are composites', async () => {
  const block = {
    filter: uniform([2, 3, 3], 4) as tf.Tensor3D,
    bias: uniform([3], 5) as tf.Tensor1D,
    skip: uniform([3, 3], 6) as tf.Tensor2D,
    skipBias: uniform([3], 7) as tf.Tensor1D,
    out: uniform([3, 3], 8) as tf.Tensor2D,
    outBias: uniform([3], 9) as tf.Tensor1D,
  };
  const x = uniform([2, 6, 3], 1) as tf.Tensor3D;
  const y = uniform([2, 4, 3], 2) as tf.Tensor3D;
  const loss = (input: tf.Tensor3D) =>
    tf.tidy(() => {
      const h = dilatedConv1d(input, block.filter, block.bias, { dilation: 2 });
      const [z, skip] = residualBlock(h, tf.zerosLike(h), block, { dilation: 1 });
      const { skip: last } = residualBlocks(z, [{ ...block, out: undefined, outBias: undefined, dilation: 1 }]);
      return tf.sum(softDtw(tf.add<tf.Tensor3D>(skip, last), y));
    });
  const results: number[][] = [];
  for (const backend of ['plain', 'native']) {
    await tf.setBackend(backend);
    const { value, grad } = tf.valueAndGrad((v: tf.Tensor) => loss(v as tf.Tensor3D))(x);
    results.push([...numbers(value), ...numbers(grad)]);
  }
  expect(tf.getKernelsForBackend('plain').some(({ kernelName }) => kernelName === 'SoftDtw')).toBe(false);
  expectClose(results[1], results[0], 1e-4);
});

test('a tensor moves between the backends', async () => {
  await useBackend('cpu');
  const x = tf.ones<tf.Rank.R3>([1, 1000, 2]);
  const filter = tf.ones<tf.Rank.R3>([1, 2, 1]);
  let y: tf.Tensor3D = dilatedConv1d(x, filter, tf.tensor1d([1]), { dilation: 1 });
  for (const backend of ['native', 'wasm', 'native', 'cpu'] as const) {
    await useBackend(backend);
    y = dilatedConv1d(y, tf.ones<tf.Rank.R3>([1, 1, 1]), tf.tensor1d([1]), { dilation: 1 });
  }
  expect(new Set(numbers(y))).toEqual(new Set([7]));
});

test('outputs for which the wasm heap must grow, which moves all that is there', async () => {
  await useBackend('wasm');
  const shape: [number, number, number] = [1, 600_000, 4];
  const weights = {
    filter: tf.zeros<tf.Rank.R3>([1, 4, 4]),
    bias: tf.zeros<tf.Rank.R1>([4]),
    skip: tf.zeros<tf.Rank.R2>([4, 4]),
    skipBias: tf.tensor1d([1, 1, 1, 1]),
    out: tf.zeros<tf.Rank.R2>([4, 4]),
    outBias: tf.tensor1d([2, 2, 2, 2]),
  };
  const [x, skip] = residualBlock(tf.ones(shape), tf.zeros(shape), weights, { dilation: 1 });
  expect([x, skip].map((tensor) => new Set(tensor.dataSync()))).toEqual([new Set([3]), new Set([1])]);
});

// The last, because the packages are forgotten here.
test.each([
  ['tensorflow', '@tensorflow/tfjs-node', /npm run setup:tfjs-node/],
  ['wasm', '@tensorflow/tfjs-backend-wasm', /npm install @tensorflow\/tfjs-backend-wasm/],
] as const)('%s without its package: one sentence says what to do', async (backend, packageName, sentence) => {
  const absent = () => {
    throw new Error(`Cannot find module '${packageName}'`);
  };
  jest.resetModules();
  jest.doMock(packageName, absent, { virtual: true });
  await expect(useBackend(backend)).rejects.toThrow(sentence);
  jest.dontMock(packageName);
});
