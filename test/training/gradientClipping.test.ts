import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../ts/tfjs';
import { clipGradients } from '../../ts/training/gradientClipping';

beforeAll(() => useBackend('native'));

/** Norm 13. */
const gradients = () => ({ a: tf.tensor2d([[3, 0, -4]]), b: tf.tensor1d([12, 0]) });

test('gradients of a larger norm keep their direction and get the largest norm', () => {
  tf.tidy(() => {
    const clipped = clipGradients(gradients(), 6.5);
    expect(clipped.a.shape).toEqual([1, 3]);
    const received = Object.values(clipped).flatMap((gradient) => Array.from(gradient.dataSync()));
    [1.5, 0, -2, 6, 0].forEach((value, i) => expect(received[i]).toBeCloseTo(value, 5));
  });
});

test('gradients of a smaller norm stay as they are, bit for bit', () => {
  tf.tidy(() => {
    const given = gradients();
    expect(clipGradients(given, 13.5)).toBe(given);
  });
});

test('the norm is taken in float64: small gradients beside a large one still count', () => {
  tf.tidy(() => {
    const many = tf.fill([1 << 20], 2 ** -12);
    const clipped = clipGradients({ one: tf.tensor1d([1]), many }, 0.5);
    // 1 + 2^20 2^-24 = 1.0625; in float32 the sum would have stayed at 1.
    expect(clipped.one.dataSync()[0]).toBeCloseTo(0.5 / Math.sqrt(1.0625), 6);
  });
});

test('leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => void clipGradients(gradients(), 1));
  expect(tf.memory().numTensors).toBe(before);
});
