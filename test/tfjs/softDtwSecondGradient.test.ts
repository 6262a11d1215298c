import * as tf from '@tensorflow/tfjs';
import { softDtw, softDtwFromCost, type TensorSoftDtwOptions } from '../../ts/tfjs';
import { describeEachBackend } from './backendsUnderTest';
import { expectClose, expectNothingLeft, numbers, numericGradient, type Op, uniform, weightedSum } from './evaluate';

const costs = ['squaredEuclidean', 'euclidean', 'absolute', 'cosine', 'binaryCrossEntropy'] as const;
const pathOptions: Array<[string, TensorSoftDtwOptions]> = [
  ['defaults', {}],
  ['stayOrAdvance, gamma 0.3', { stepPattern: 'stayOrAdvance', gamma: 0.3 }],
  ['a band, open ends, a penalty', { sakoeChibaRadius: 1, openStart: true, openEnd: true, stepPenalty: 0.2 }],
];

/** The gradient of the weighted sum of an op in its input `which`, as an op: its own gradient is then the gradient of a gradient. */
function gradientOf(op: Op, which: number): Op {
  return (...inputs) => tf.grads(weightedSum(op))(inputs)[which];
}

function expectNumericGradients(op: Op, inputs: tf.Tensor[]): void {
  const gradients = tf.grads(weightedSum(op))(inputs).map(numbers);
  inputs.forEach((tensor, which) => {
    const numeric = Array.from({ length: tensor.size }, (_, k) => numericGradient(op, inputs, which, k));
    expectClose(gradients[which], numeric, 1e-2);
  });
}

describeEachBackend(() => {
  test.each(pathOptions)('gradient of the gradient in a cost matrix, %s: as finite differences', (_, options) => {
    const op: Op = (cost) => softDtwFromCost(cost as tf.Tensor3D, options);
    expectNumericGradients(gradientOf(op, 0), [uniform([2, 4, 5], 1)]);
  });

  test.each(costs.flatMap((cost) => pathOptions.map(([name, options]) => [cost, name, options] as const)))(
    'in both series, %s, %s: as finite differences',
    (cost, _, options) => {
      const op: Op = (x, y) => softDtw(x as tf.Tensor3D, y as tf.Tensor3D, { ...options, cost });
      // In (0, 1), as cross-entropy wants them, and apart, so that no difference is near the kinks of euclidean and absolute.
      const series = [tf.add(tf.mul(uniform([2, 3, 2], 1), 0.1), 0.3), tf.add(tf.mul(uniform([2, 4, 2], 2), 0.1), 0.7)];
      for (const which of [0, 1]) expectNumericGradients(gradientOf(op, which), series);
    },
  );

  test('with lengths, and NaN in the padding', () => {
    const x = uniform([2, 3, 2], 1);
    const y = uniform([2, 4, 2], 2);
    const isPadding = tf.tensor3d([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1], [2, 4, 2], 'bool');
    const options = { yLengths: [4, 3] };
    const op = (padding: number): Op => {
      const padded = (v: tf.Tensor) => tf.where(isPadding, tf.fill(v.shape, padding), v);
      return (u, v) => softDtw(u as tf.Tensor3D, padded(v) as tf.Tensor3D, options);
    };
    const second = (padding: number) =>
      tf.grads(weightedSum(gradientOf(op(padding), 1)))([x, y]).map(numbers).flat(); // prettier-ignore
    expect(second(NaN)).toEqual(second(0));
    expectNumericGradients(gradientOf(op(0), 1), [x, y]);
  });

  test('where the value enters linearly, beside a path that tfjs differentiates itself', () => {
    const cost = uniform([1, 3, 3], 1);
    const op: Op = (c) => tf.add(softDtwFromCost(c as tf.Tensor3D), tf.sum(tf.mul(c, tf.square(c))));
    expectNumericGradients(gradientOf(op, 0), [cost]);
  });

  test('a third gradient throws by name', () => {
    const cost = uniform([1, 3, 3], 1);
    const op: Op = (c) => tf.add(softDtwFromCost(c as tf.Tensor3D), tf.sum(tf.mul(c, tf.square(c))));
    const thrice = () => weightedGradient(gradientOf(gradientOf(op, 0), 0), cost);
    expect(thrice).toThrow('softDtw cannot be differentiated that often: kernel SoftDtwHessianProduct has no gradient');
  });

  test('leaves no tensor behind', () => {
    const series = [uniform([2, 3, 2], 1), uniform([2, 4, 2], 2)];
    const op: Op = (x, y) => softDtw(x as tf.Tensor3D, y as tf.Tensor3D);
    expectNothingLeft(() => {
      tf.dispose(tf.grads(weightedSum(gradientOf(op, 0)))(series));
    });
  });
});

function weightedGradient(op: Op, input: tf.Tensor): tf.Tensor {
  return tf.grad((v: tf.Tensor) => weightedSum(op)(v))(input);
}
