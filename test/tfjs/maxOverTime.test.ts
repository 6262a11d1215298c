import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../ts/tfjs';
import { maxOverTime } from '../../ts/tfjs/maxOverTime';
import { maxOverTimeComposite } from '../../ts/tfjs/maxOverTimeComposite';
import { describeEachBackend } from './backendsUnderTest';
import { evaluate, expectAllClose, expectNothingLeft, type Op, uniform } from './evaluate';

const shapes: Array<[number, number, number]> = [
  [1, 2, 1], // oneHot, in the composite, wants two
  [2, 9, 3],
  [3, 40, 33],
];
const withMask =
  (op: typeof maxOverTime, mask?: tf.Tensor2D): Op =>
  (x) =>
    op(x as tf.Tensor3D, mask);

describeEachBackend(() => {
  test.each(shapes)('[%i, %i, %i]: as the composite, with ties, with a mask and without', (...shape) => {
    // Few values, so that many are alike: the gradient goes to the first.
    const x = tf.round(tf.mul(uniform(shape, 1), 3));
    const mask = tf.cast<tf.Tensor2D>(tf.greater(uniform(shape.slice(0, 2), 2), -0.3), 'float32');
    for (const some of [undefined, mask]) {
      const actual = evaluate(withMask(maxOverTime, some), [x]);
      const expected = evaluate(withMask(maxOverTimeComposite, some), [x]);
      expectAllClose(actual.outputs, expected.outputs);
      expectAllClose(actual.gradients, expected.gradients);
    }
  });

  test('leaves no tensor behind', () => {
    const [x, mask] = [uniform([2, 9, 3], 1) as tf.Tensor3D, tf.ones<tf.Rank.R2>([2, 9])];
    expectNothingLeft(() => {
      maxOverTime(x, mask).dispose();
      tf.dispose(tf.grad((v: tf.Tensor) => maxOverTime(v as tf.Tensor3D, mask))(x));
    });
  });
});

describe('errors', () => {
  beforeAll(() => useBackend('native'));

  test('an x of two axes, a mask of another length', () => {
    expect(() => maxOverTime(tf.ones([2, 3]) as never)).toThrow(/`x`/);
    expect(() => maxOverTime(tf.ones([2, 3, 1]), tf.ones([2, 4]))).toThrow(/\[2, 3\] for `mask`/);
  });

  test('a second gradient is refused by name', () => {
    const x = uniform([1, 4, 2], 1);
    const loss = (v: tf.Tensor) => tf.sum(tf.square(maxOverTime(v as tf.Tensor3D)));
    expect(() => tf.grad((v: tf.Tensor) => tf.sum(tf.square(tf.grad(loss)(v))))(x)).toThrow(
      /maxOverTime cannot be differentiated that often/,
    );
  });
});
