import { peekSync } from '../../../ts/tfjs/peekSync';
import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../../ts/tfjs';
import type { NativeBackend } from '../../../ts/tfjs/native/NativeBackend';
import { numbers, uniform } from '../evaluate';

const size = 2000;
let backend: NativeBackend;

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('native');
  backend = tf.backend() as NativeBackend;
});

const bytesFree = () => backend.pool.memory().bytesFree;
const bytesInUse = () => backend.pool.memory().bytesInUse;

describe('handled in C++, without the cpu kernel', () => {
  const x = () => uniform([2, 30, 40], 1);
  const row = () => uniform([40], 2);
  test.each<[string, () => tf.Tensor]>([
    ['same shape', () => tf.add(x(), x())],
    ['row', () => tf.mul(x(), row())],
    ['row first', () => tf.sub(row(), x())],
    ['matrix over a batch', () => tf.div(x(), uniform([1, 30, 40], 3))],
    ['scalar', () => tf.maximum(x(), 0.5)],
    ['scalar first', () => tf.sub(1, x())],
    ['addN', () => tf.addN([x(), x(), x()])],
    ['tanh', () => tf.tanh(x())],
    ['sigmoid', () => tf.sigmoid(x())],
    ['relu', () => tf.relu(x())],
    ['step', () => tf.step(x())],
    ['square', () => tf.square(x())],
    ['sqrt', () => tf.sqrt(x())],
    ['exp', () => tf.exp(x())],
    ['log', () => tf.log(x())],
    ['neg', () => tf.neg(x())],
    ['abs', () => tf.abs(x())],
    ['sum of the first axis', () => tf.sum(x(), 0)],
    ['mean of the last axis', () => tf.mean(uniform([2000, 3], 1), 1)],
    ['pad', () => tf.pad(x(), Array<[number, number]>(3).fill([1, 0]))],
    ['slice', () => tf.slice(x(), [0, 1, 0], [2, 29, 40])],
    ['matMul', () => tf.matMul(x(), x(), false, true)],
    ['matMul with a shared factor', () => tf.matMul(x(), uniform([1, 40, 50], 2))],
    [
      'fused matMul',
      () =>
        tf.fused.matMul({
          a: uniform([30, 40], 1),
          b: uniform([40, 50], 2),
          bias: uniform([50], 3),
          activation: 'relu',
        }),
    ],
  ])('%s', (_, op) => {
    tf.tidy(() => {
      const result = op();
      const before = bytesInUse();
      result.dispose();
      // More where its array is the beginning of a longer one.
      expect(before - bytesInUse()).toBeGreaterThanOrEqual(result.size * 4);
    });
  });
});

describe('the pool', () => {
  test('gets an array back when the last tensor that shares it is disposed', () => {
    const x = tf.ones([size]);
    const before = bytesInUse();
    const y = tf.add(x, x);
    const shared = tf.reshape(y, [size / 2, 2]);
    const inUse = bytesInUse();
    y.dispose();
    expect(bytesInUse()).toBe(inUse);
    shared.dispose();
    expect(bytesInUse()).toBe(before);
    const free = bytesFree();
    const again = tf.add(x, x);
    expect(bytesFree()).toBe(free - (inUse - before));
    tf.dispose([x, again]);
  });

  /** Each of these may keep the array of y beyond y; what it keeps must not change when later kernels ask the pool for arrays. */
  const keepers: Array<[string, (y: tf.Tensor1D) => Promise<() => ArrayLike<number>>]> = [
    ['dataSync', (y) => Promise.resolve(keep(y.dataSync()))],
    ['data', async (y) => keep(await y.data())],
    ['bufferSync', (y) => Promise.resolve(keep(y.bufferSync().values))],
    ['unstack, whose cpu kernel aliases', (y) => Promise.resolve(keepTensor(tf.unstack(tf.reshape(y, [2, -1]))[1]))],
    ['split, whose cpu kernel aliases', (y) => Promise.resolve(keepTensor(tf.split(y, 2)[1]))],
    ['complex, whose cpu kernel aliases', (y) => Promise.resolve(keepTensor(tf.real(tf.complex(y, y))))],
    ['stridedSlice', (y) => Promise.resolve(keepTensor(tf.stridedSlice(y, [1], [size], [1])))],
    ['slice', (y) => Promise.resolve(keepTensor(tf.slice(y, [size / 2])))],
    ['clone', (y) => Promise.resolve(keepTensor(tf.clone(y)))],
    [
      'a move to the cpu backend',
      async (y) => {
        await useBackend('cpu');
        const moved = tf.reshape(tf.reverse(y), [-1]);
        tf.reverse(moved).dataSync();
        await useBackend('native');
        return keepTensor(moved);
      },
    ],
  ];

  function keep(values: ArrayLike<number>): () => ArrayLike<number> {
    return () => values;
  }

  function keepTensor(tensor: tf.Tensor): () => ArrayLike<number> {
    return () => tensor.dataSync();
  }

  test('shows nobody more of a longer array than the tensor', async () => {
    const x = tf.ones<tf.Rank.R1>([size]);
    tf.mul(tf.ones([2 * size]), 3).dispose();
    const y = tf.mul(x, 7);
    expect(y.dataSync().buffer.byteLength).toBe(4 * size);
    expect((await y.bytes()).length).toBe(4 * size);
    tf.dispose([x, y]);
  });

  test.each(keepers)('does not reuse what %s has seen', async (_, keeper) => {
    const x = tf.ones<tf.Rank.R1>([size]);
    const y = tf.mul<tf.Tensor1D>(x, 7);
    const kept = await keeper(y);
    y.dispose();
    const later = Array.from({ length: 3 }, () => tf.mul(x, -1));
    expect(new Set(Array.from(kept()))).toEqual(new Set([7]));
    tf.dispose([x, ...later]);
  });

  test('reuses what peekSync alone has seen', () => {
    const x = tf.ones<tf.Rank.R1>([size]);
    const y = tf.mul(x, 7);
    const before = bytesFree();
    expect(new Set(peekSync(y))).toEqual(new Set([7]));
    y.dispose();
    expect(bytesFree()).toBe(before + 4 * size);
    x.dispose();
  });

  test('a tensor that came from elsewhere is not taken into it', () => {
    const values = new Float32Array(size).fill(3);
    const x = tf.tensor1d(values);
    x.dispose();
    const y = tf.mul(tf.ones([size]), -1);
    expect(new Set(values)).toEqual(new Set([3]));
    y.dispose();
  });

  test('small tensors stay out of it', () => {
    const before = bytesInUse();
    const y = tf.add(tf.ones([10]), 1);
    expect(bytesInUse()).toBe(before);
    y.dispose();
  });
});

test('ordinary tfjs runs on it: a fourier transform, integers, strings, a sort', () => {
  tf.tidy(() => {
    expect(numbers(tf.real(tf.fft(tf.complex(tf.tensor1d([1, 2, 3, 4]), tf.zeros([4])))))).toEqual([10, -2, -2, -2]);
    expect(tf.tensor1d(['a', 'b']).dataSync()).toEqual(['a', 'b']);
    expect(numbers(tf.topk(tf.tensor1d([1, 3, 2]), 2).indices)).toEqual([1, 2]);
  });
});

test('no kernel leaks data ids', () => {
  tf.env().set('IS_TEST', true);
  try {
    tf.tidy(() => {
      const x = uniform([2, 30, 40], 1);
      tf.add(tf.addN([x, x, x]), tf.slice(tf.pad(x, Array<[number, number]>(3).fill([1, 0])), [0, 0, 0], [2, 30, 40]));
      tf.fused.matMul({ a: uniform([30, 40], 1), b: uniform([40, 50], 2), bias: uniform([50], 3), activation: 'relu' });
    });
  } finally {
    tf.env().set('IS_TEST', false);
  }
});
