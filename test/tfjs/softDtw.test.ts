import * as tf from '@tensorflow/tfjs';
import { softDtw, softDtwFromCost, type TensorSoftDtwOptions, useBackend } from '../../ts/tfjs';
import { pointCostComposite } from '../../ts/tfjs/pointCostComposite';
import { softDtwComposite } from '../../ts/tfjs/softDtwComposite';
import { describeEachBackend } from './backendsUnderTest';
import { evaluate, expectAllClose, expectClose, numbers, numericGradient, type Op, uniform } from './evaluate';

const costKinds = ['squaredEuclidean', 'euclidean', 'absolute', 'cosine'] as const;
const stepPatterns = ['symmetric1', 'stayOrAdvance'] as const;

const fromCost =
  (options: Omit<TensorSoftDtwOptions, 'cost'>): Op =>
  (cost) =>
    softDtwFromCost(cost as tf.Tensor3D, options);

const fromCostReference =
  ({ gamma = 1, stepPattern = 'symmetric1' }: TensorSoftDtwOptions): Op =>
  (cost) =>
    softDtwComposite(cost as tf.Tensor3D, { gamma, pattern: stepPattern === 'symmetric1' ? 0 : 1 });

const ofSeries =
  (options: TensorSoftDtwOptions): Op =>
  (x, y) =>
    softDtw(x as tf.Tensor3D, y as tf.Tensor3D, options);

const ofSeriesReference =
  ({ cost = 'squaredEuclidean', ...options }: TensorSoftDtwOptions): Op =>
  (x, y) => {
    const kind = costKinds.indexOf(cost) as 0 | 1 | 2 | 3;
    return fromCostReference(options)(pointCostComposite(x as tf.Tensor3D, y as tf.Tensor3D, kind));
  };

describe('the composite', () => {
  beforeAll(() => useBackend('native'));

  test('symmetric1 of 2 x 2: three paths, written out', () => {
    const cost = tf.tensor3d([1, 2, 3, 4], [1, 2, 2]);
    const gamma = 0.5;
    const softMin = -gamma * Math.log([5, 7, 8].map((sum) => Math.exp(-sum / gamma)).reduce((a, b) => a + b));
    expectClose(numbers(fromCostReference({ gamma })(cost) as tf.Tensor), [softMin]);
  });

  test('stayOrAdvance of 2 x 3: two paths, written out', () => {
    const cost = tf.tensor3d([1, 2, 3, 4, 5, 6], [1, 2, 3]);
    const softMin = -Math.log(Math.exp(-(1 + 2 + 6)) + Math.exp(-(1 + 5 + 6)));
    const value = fromCostReference({ stepPattern: 'stayOrAdvance' })(cost) as tf.Tensor;
    expectClose(numbers(value), [softMin]);
  });
});

describeEachBackend(() => {
  for (const stepPattern of stepPatterns) {
    test.each([
      [1, 1, 1, 1],
      [3, 4, 9, 0.5],
      [2, 6, 30, 0.1],
      [2, 7, 7, 10],
    ])(`${stepPattern} of %i pairs %i x %i, gamma %f: as the composite`, (batch, rows, cols, gamma) => {
      const cost = [uniform([batch, rows, cols], 1)];
      const actual = evaluate(fromCost({ stepPattern, gamma }), cost);
      const expected = evaluate(fromCostReference({ stepPattern, gamma }), cost);
      expectAllClose(actual.outputs, expected.outputs);
      expectAllClose(actual.gradients, expected.gradients, 1e-4);
    });
  }

  test.each(costKinds)('series with %s cost: as the composite', (cost) => {
    const series = [uniform([2, 5, 3], 1), uniform([2, 8, 3], 2)];
    const actual = evaluate(ofSeries({ cost, gamma: 0.3 }), series);
    const expected = evaluate(ofSeriesReference({ cost, gamma: 0.3 }), series);
    expectAllClose(actual.outputs, expected.outputs);
    expectAllClose(actual.gradients, expected.gradients, 1e-4);
  });

  test.each(costKinds)('points that are equal, or zero, with %s cost: a finite gradient', (cost) => {
    const x = tf.tensor3d([0, 0, 1, 2], [1, 2, 2]);
    const series = [x, tf.clone(x)];
    const actual = evaluate(ofSeries({ cost }), series);
    const expected = evaluate(ofSeriesReference({ cost }), series);
    expect(actual.gradients.flat().every(Number.isFinite)).toBe(true);
    expectAllClose(actual.gradients, expected.gradients, 1e-4);
  });

  test('numeric gradients', () => {
    const series = [uniform([2, 4, 2], 1), uniform([2, 5, 2], 2)];
    const op = ofSeries({ gamma: 0.5 });
    const { gradients } = evaluate(op, series);
    series.forEach((tensor, which) => {
      for (let element = 0; element < tensor.size; element++) {
        const numeric = numericGradient(op, series, which, element);
        expectClose([gradients[which][element]], [numeric], 5e-3);
      }
    });
  });

  test('no admissible path, or a forbidden end: +infinity with gradient 0, the other pairs untouched', () => {
    const values = [1, 2, 3, 4, 5, 6];
    const cost = tf.tensor3d([...values, ...values.slice(0, 5), Infinity], [2, 2, 3]);
    for (const op of [fromCost({}), fromCostReference({})]) {
      const { value, grad } = tf.valueAndGrad((c: tf.Tensor) => tf.sum(op(c) as tf.Tensor))(cost);
      expect(numbers(value)).toEqual([Infinity]);
      expect(
        numbers(grad)
          .slice(0, 6)
          .some((element) => element > 0),
      ).toBe(true);
      expect(numbers(grad).slice(6)).toEqual([0, 0, 0, 0, 0, 0]);
    }
    const tall = evaluate(fromCost({ stepPattern: 'stayOrAdvance' }), [uniform([1, 3, 2], 1)]);
    expect(tall).toEqual({ outputs: [[Infinity]], gradients: [[0, 0, 0, 0, 0, 0]] });
  });

  test('+infinity in a cell with a path around it', () => {
    const cost = [tf.tensor3d([1, Infinity, 3, 4, 5, 6, 1, 1, 1], [1, 3, 3])];
    const actual = evaluate(fromCost({}), cost);
    expectAllClose(actual.outputs, evaluate(fromCostReference({}), cost).outputs);
    expectAllClose(actual.gradients, evaluate(fromCostReference({}), cost).gradients);
  });

  test('E is computed only while a gradient is being recorded', async () => {
    const cost = uniform([2, 5, 7], 1) as tf.Tensor3D;
    const bytesOf = async (f: () => tf.Tensor) => {
      const { kernels } = await tf.profile(f);
      return kernels.filter(({ name }) => name === 'SoftDtw').map(({ bytesAdded }) => bytesAdded);
    };
    const value = 2 * 4;
    expect(await bytesOf(() => softDtwFromCost(cost))).toEqual([value]);
    const [recorded] = await bytesOf(() => tf.grad((c: tf.Tensor) => softDtwFromCost(c as tf.Tensor3D))(cost));
    expect(recorded).toBeGreaterThanOrEqual(value + 2 * 5 * 7 * 4);
  });

  test('leaves no tensor behind', () => {
    const [x, y] = [uniform([2, 4, 2], 1), uniform([2, 5, 2], 2)];
    const before = tf.memory();
    tf.dispose(ofSeries({})(x, y));
    tf.dispose(tf.grads((...all) => ofSeries({})(...all) as tf.Tensor)([x, y]));
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});

describe('errors', () => {
  beforeAll(() => useBackend('native'));

  test.each([
    ['x', () => softDtw([1, 2] as never, tf.zeros<tf.Rank.R3>([1, 2, 2])), TypeError, /\[B, rows, channels\].*`x`/],
    ['batch', () => softDtw(tf.zeros([1, 2, 2]), tf.zeros([2, 2, 2])), RangeError, /\[1, cols, 2\].*`y`/],
    ['channels', () => softDtw(tf.zeros([1, 2, 2]), tf.zeros([1, 2, 3])), RangeError, /\[1, cols, 2\].*`y`/],
    ['cost', () => softDtwFromCost(tf.zeros([2, 2]) as never), RangeError, /\[B, rows, cols\].*`cost`/],
    ['gamma', () => softDtwFromCost(tf.zeros([1, 2, 2]), { gamma: 0 }), RangeError, /> 0 for `gamma`/],
    ['pattern', () => softDtwFromCost(tf.zeros([1, 2, 2]), { stepPattern: 'x' as never }), RangeError, /`stepPattern`/],
    ['unknown', () => softDtwFromCost(tf.zeros([1, 2, 2]), { gama: 1 } as never), TypeError, /"gama"/],
    ['kind with a cost', () => softDtwFromCost(tf.zeros([1, 2, 2]), { cost: 'cosine' } as never), TypeError, /"cost"/],
  ])('%s', (_, call, type, message) => {
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});
