import * as tf from '@tensorflow/tfjs';
import { softDtw, softDtwFromCost, useBackend } from '../../ts/tfjs';
import { describeEachDevice } from '../dtw/devices';

let x: tf.Tensor3D;
let cost: tf.Tensor3D;

beforeAll(async () => {
  await useBackend('native');
  x = tf.tensor3d(
    Array.from({ length: 2 * 7 * 3 }, (_, k) => Math.sin(k)),
    [2, 7, 3],
  );
  cost = tf.tensor3d(
    Array.from({ length: 2 * 5 * 6 }, (_, k) => 1 + Math.sin(k)),
    [2, 5, 6],
  );
});

describeEachDevice((device) => {
  test('values and gradients are those of the CPU', () => {
    const ofSeries = (on: 'cpu' | 'cuda') => (z: tf.Tensor) => tf.sum(softDtw(z as tf.Tensor3D, x, { device: on }));
    const ofCost = (on: 'cpu' | 'cuda') => (c: tf.Tensor) => tf.sum(softDtwFromCost(c as tf.Tensor3D, { device: on }));
    expectSame(tf.valueAndGrad(ofSeries(device))(tf.neg(x)), tf.valueAndGrad(ofSeries('cpu'))(tf.neg(x)));
    expectSame(tf.valueAndGrad(ofCost(device))(cost), tf.valueAndGrad(ofCost('cpu'))(cost));
  });

  if (device === 'cpu') return;
  test('a backend without our kernel is refused', () => {
    const kernel = tf.getKernel('SoftDtw', 'native');
    tf.unregisterKernel('SoftDtw', 'native');
    try {
      expect(() => softDtwFromCost(cost, { device })).toThrow('computes soft-DTW by itself, for `device`');
    } finally {
      tf.registerKernel(kernel);
    }
  });
});

function expectSame(
  actual: { value: tf.Tensor; grad: tf.Tensor },
  expected: { value: tf.Tensor; grad: tf.Tensor },
): void {
  for (const key of ['value', 'grad'] as const) {
    const wanted = expected[key].dataSync();
    actual[key].dataSync().forEach((each, k) => expect(Math.abs(each - wanted[k])).toBeLessThan(1e-5));
  }
}
