import * as tf from '@tensorflow/tfjs';
import { softDtw, softDtwLoss, type SoftDtwLossOptions, useBackend } from '../../ts/tfjs';
import { describeEachBackend } from './backendsUnderTest';
import { evaluate, expectAllClose, expectClose, numbers, type Op, uniform } from './evaluate';

const loss =
  (options?: SoftDtwLossOptions): Op =>
  (x, y) =>
    softDtwLoss(x as tf.Tensor3D, y as tf.Tensor3D, options);
const value: Op = (x, y) => softDtw(x as tf.Tensor3D, y as tf.Tensor3D);

describeEachBackend(() => {
  const series = () => [uniform([3, 5, 2], 1), uniform([3, 4, 2], 2)];

  test('mean by default, sum, none', () => {
    const each = numbers(value(...series()) as tf.Tensor);
    const total = each.reduce((sum, one) => sum + one, 0);
    expectClose(numbers(loss()(...series()) as tf.Tensor), [total / 3]);
    expectClose(numbers(loss({ reduction: 'sum' })(...series()) as tf.Tensor), [total]);
    expect(numbers(loss({ reduction: 'none' })(...series()) as tf.Tensor)).toEqual(each);
  });

  test('normalised: 0 with gradient 0 where the series are equal, positive elsewhere, right in value and gradient', () => {
    const [x, y] = series();
    const atItself = evaluate(loss({ normalised: true, reduction: 'none' }), [x, tf.clone(x)]);
    expectAllClose(atItself.outputs, [[0, 0, 0]]);
    expectAllClose(atItself.gradients, [new Array(30).fill(0), new Array(30).fill(0)]);
    const actual = evaluate(loss({ normalised: true, reduction: 'none' }), [x, y]);
    expect(actual.outputs[0].every((one) => one > 0)).toBe(true);
    const byHand: Op = (u, v) =>
      tf.sub(value(u, v) as tf.Tensor, tf.mul(0.5, tf.add(value(u, u) as tf.Tensor, value(v, v) as tf.Tensor)));
    expectAllClose(actual.gradients, evaluate(byHand, [x, y]).gradients);
  });

  test('normalised, with lengths: the padding does not count', () => {
    const [x, y] = series();
    const long = tf.pad(x, [[0, 0], [0, 3], [0, 0]], 7); // prettier-ignore
    const expected = evaluate(loss({ normalised: true }), [x, y]);
    const actual = evaluate(loss({ normalised: true, xLengths: [5, 5, 5] }), [long, y]);
    expectAllClose(actual.outputs, expected.outputs);
    expectClose(actual.gradients[1], expected.gradients[1]);
  });

  test('a few steps of gradient descent bring a series to its target', () => {
    const [x, y] = series();
    const moved = tf.variable(tf.clone(y));
    const optimizer = tf.train.adam(0.05);
    const target = () =>
      softDtwLoss(x as tf.Tensor3D, moved as unknown as tf.Tensor3D, { normalised: true }) as tf.Scalar;
    const before = numbers(target())[0];
    for (let step = 0; step < 60; step++) optimizer.minimize(target, false, [moved]);
    expect(numbers(target())[0]).toBeLessThan(before / 4);
    moved.dispose();
    optimizer.dispose();
  });
});

describe('errors', () => {
  beforeAll(() => useBackend('native'));
  const x = () => tf.zeros<tf.Rank.R3>([1, 2, 2]);
  test.each([
    ['reduction', { reduction: 'max' as never }, RangeError, /one of mean, sum, none for `reduction` .*"max"/],
    ['normalised', { normalised: 1 as never }, TypeError, /a boolean for `normalised` .*1/],
    ['unknown', { normalized: true } as never, TypeError, /"normalized"/],
    ['open start', { normalised: true, openStart: true }, RangeError, /false, .* for `openStart` .*true/],
    ['open end', { normalised: true, openEnd: true }, RangeError, /false, .* for `openEnd` .*true/],
    ['no options', null as never, TypeError, /an object for `options` .*null/],
    ['lengths', { xLengths: [3] }, RangeError, /\[1, 2\] for `xLengths\[0\]` .*3/],
  ])('%s', (_, options, type, message) => {
    expect(() => softDtwLoss(x(), x(), options)).toThrow(type);
    expect(() => softDtwLoss(x(), x(), options)).toThrow(message);
  });
});
