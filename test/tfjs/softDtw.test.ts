import * as tf from '@tensorflow/tfjs';
import * as wetas from '../../ts/index';
import { softDtw, softDtwFromCost, type TensorSoftDtwOptions, useBackend } from '../../ts/tfjs';
import { pointCostComposite } from '../../ts/tfjs/pointCostComposite';
import { softDtwComposite } from '../../ts/tfjs/softDtwComposite';
import { describeEachBackend } from './backendsUnderTest';
import {
  evaluate,
  expectAllClose,
  expectClose,
  expectNothingLeft,
  numbers,
  numericGradient,
  type Op,
  uniform,
} from './evaluate';

const costKinds = ['squaredEuclidean', 'euclidean', 'absolute', 'cosine', 'binaryCrossEntropy'] as const;
const stepPatterns = ['symmetric1', 'stayOrAdvance'] as const;

/** Inputs in [-1, 1) as labels and scores in [0, 1), where the cost wants those. */
const ofCost = (cost: string, series: tf.Tensor[]) =>
  cost === 'binaryCrossEntropy' ? series.map((tensor) => tf.add(tf.mul(tensor, 0.49), 0.5)) : series;

const fromCost =
  (options: Omit<TensorSoftDtwOptions, 'cost'>): Op =>
  (cost) =>
    softDtwFromCost(cost as tf.Tensor3D, options);

const fromCostReference =
  ({ gamma = 1, stepPattern = 'symmetric1' }: TensorSoftDtwOptions): Op =>
  (cost) =>
    softDtwComposite(cost as tf.Tensor3D, {
      gamma,
      paths: [stepPattern === 'symmetric1' ? 0 : 1, 0, 0, false, false, 0],
      sizes: null,
    });

const ofSeries =
  (options: TensorSoftDtwOptions): Op =>
  (x, y) =>
    softDtw(x as tf.Tensor3D, y as tf.Tensor3D, options);

const ofSeriesReference =
  ({ cost = 'squaredEuclidean', ...options }: TensorSoftDtwOptions): Op =>
  (x, y) => {
    const kind = costKinds.indexOf(cost) as 0 | 1 | 2 | 3 | 4;
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
    const series = ofCost(cost, [uniform([2, 5, 3], 1), uniform([2, 8, 3], 2)]);
    const actual = evaluate(ofSeries({ cost, gamma: 0.3 }), series);
    const expected = evaluate(ofSeriesReference({ cost, gamma: 0.3 }), series);
    expectAllClose(actual.outputs, expected.outputs);
    expectAllClose(actual.gradients, expected.gradients, 1e-4);
  });

  test.each(costKinds.slice(0, 4))('points that are equal, or zero, with %s cost: a finite gradient', (cost) => {
    const x = tf.tensor3d([0, 0, 1, 2], [1, 2, 2]);
    const series = [x, tf.clone(x)];
    const actual = evaluate(ofSeries({ cost }), series);
    const expected = evaluate(ofSeriesReference({ cost }), series);
    expect(actual.gradients.flat().every(Number.isFinite)).toBe(true);
    expectAllClose(actual.gradients, expected.gradients, 1e-4);
  });

  test('labels of 0 and 1 against scores of 0 and 1: +infinity only where they contradict, as the composite', () => {
    const x = tf.tensor3d([0, 1, 0, 1], [1, 4, 1]);
    const y = tf.tensor3d([0, 1, 0.5, 0, 0.25, 1], [1, 6, 1]);
    for (const stepPattern of stepPatterns) {
      const op = (make: typeof ofSeries) => make({ cost: 'binaryCrossEntropy', stepPattern });
      expectAllClose(evaluate(op(ofSeries), [x, y]).outputs, evaluate(op(ofSeriesReference), [x, y]).outputs);
    }
  });

  test.each<[string, TensorSoftDtwOptions]>([
    ['a Sakoe-Chiba band', { sakoeChibaRadius: 1 }],
    ['an Itakura band', { itakuraSlope: 2 }],
    ['open ends', { openStart: true, openEnd: true }],
    ['a step penalty', { stepPenalty: 0.3 }],
    ['lengths', { xLengths: [3, 5], yLengths: [6, 4] }],
    ['all of them', { sakoeChibaRadius: 2, openEnd: true, stepPenalty: 0.1, xLengths: [3, 5], yLengths: [6, 6] }],
  ])('with %s: the numbers of the typed-array API', (_, options) => {
    const series = [uniform([2, 5, 3], 1), uniform([2, 6, 3], 2)];
    const { outputs, gradients } = evaluate(ofSeries({ ...options, gamma: 0.4 }), series);
    const { xLengths, yLengths, ...rest } = options;
    const [x, y] = series.map((tensor, which) => ({
      data: tensor.dataSync<'float32'>(),
      shape: tensor.shape as [number, number, number],
      lengths: which === 0 ? xLengths : yLengths,
    }));
    const expected = wetas.softDtwGradient(x, y, { ...rest, gamma: 0.4, wrt: ['x', 'y'] });
    expect(outputs).toEqual([Array.from(expected.value)]);
    const weight = numbers(uniform([2], 1000));
    [expected.x, expected.y].forEach((gradient, which) => {
      const weighted = gradient.map((element, k) => element * weight[Math.floor(k / (gradient.length / 2))]);
      expectClose(gradients[which], weighted);
    });
  });

  test('NaN in the padding is never seen', () => {
    const x = uniform([1, 4, 2], 1);
    const y = uniform([1, 5, 2], 2);
    const padded = tf.pad(y, [[0, 0], [0, 2], [0, 0]], NaN); // prettier-ignore
    const whole = evaluate(ofSeries({}), [x, y]);
    const actual = evaluate(ofSeries({ yLengths: [5] }), [x, padded]);
    expect(actual).toEqual({
      outputs: whole.outputs,
      gradients: [whole.gradients[0], [...whole.gradients[1], 0, 0, 0, 0]],
    });
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
    expectNothingLeft(() => {
      tf.dispose(ofSeries({})(x, y));
      tf.dispose(tf.grads((...all) => ofSeries({})(...all) as tf.Tensor)([x, y]));
    });
  });
});

describe('errors', () => {
  beforeAll(() => useBackend('native'));
  const disposed = () => {
    const tensor = tf.zeros<tf.Rank.R3>([1, 2, 2]);
    tensor.dispose();
    return tensor;
  };

  test.each([
    ['x', () => softDtw([1, 2] as never, tf.zeros<tf.Rank.R3>([1, 2, 2])), TypeError, /\[B, rows, channels\].*`x`/],
    ['disposed', () => softDtw(tf.zeros([1, 2, 2]), disposed()), RangeError, /not disposed for `y` .*\[1, 2, 2\]/],
    [
      'no options',
      () => softDtw(tf.zeros([1, 2, 2]), tf.zeros([1, 2, 2]), null as never),
      TypeError,
      /`options` .*null/,
    ],
    ['nor with a cost', () => softDtwFromCost(tf.zeros([1, 2, 2]), null as never), TypeError, /`options` .*null/],
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
