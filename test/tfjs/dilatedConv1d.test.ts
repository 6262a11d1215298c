import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { dilatedConv1d, useBackend } from '../../ts/tfjs';
import { padLeft } from '../../ts/tfjs/convolutionOptions';
import type { DilatedConv1dOptions } from '../../ts/tfjs/dilatedConv1d';
import { dilatedConv1dComposite } from '../../ts/tfjs/dilatedConv1dComposite';
import { toBfloat16 } from '../oracle/bfloat16';
import { describeEachBackend } from './backendsUnderTest';
import { evaluate, expectAllClose, expectClose, numbers, numericGradient, type Op, uniform } from './evaluate';

const conv =
  (options: DilatedConv1dOptions): Op =>
  (x, filter, bias) =>
    dilatedConv1d(x as tf.Tensor3D, filter as tf.Tensor3D, bias as tf.Tensor1D, options);

const reference =
  (options: DilatedConv1dOptions): Op =>
  (x, filter, bias) =>
    dilatedConv1dComposite(x as tf.Tensor3D, filter as tf.Tensor3D, bias as tf.Tensor1D, {
      dilation: options.dilation,
      padLeft: padLeft(filter.shape[0], options),
      rectified: options.rectified,
    });

/** [B, T, Cin], [K, Cin, Cout], [Cout] */
const inputs = (batch: number, length: number, inChannels: number, outChannels: number, kernelSize: number) => [
  uniform([batch, length, inChannels], 1),
  uniform([kernelSize, inChannels, outChannels], 2),
  uniform([outChannels], 3),
];

describe('the composite', () => {
  beforeAll(() => useBackend('cpu'));

  test('is the sum over taps, written out', () => {
    const [x, filter, bias] = inputs(2, 7, 3, 2, 3);
    const options = { dilation: 2, context: 'centred' as const };
    const [actual] = evaluate(reference(options), [x, filter, bias]).outputs;
    const at = (tensor: tf.Tensor, ...index: number[]) => Number(tensor.bufferSync().get(...index));
    const expected: number[] = [];
    for (let b = 0; b < 2; b++)
      for (let t = 0; t < 7; t++)
        for (let o = 0; o < 2; o++) {
          let sum = at(bias, o);
          for (let k = 0; k < 3; k++)
            for (let i = 0; i < 3; i++) {
              const source = t + (k - 1) * 2;
              if (source >= 0 && source < 7) sum += at(x, b, source, i) * at(filter, k, i, o);
            }
          expected.push(sum);
        }
    expectClose(actual, expected);
  });
});

describeEachBackend(() => {
  test.each([
    [1, 1, 1, 1, 1, 1, 'causal'],
    [2, 9, 3, 5, 2, 4, 'causal'],
    [3, 40, 16, 16, 2, 8, 'causal'],
    [2, 33, 17, 19, 3, 5, 'centred'],
    [2, 6, 4, 3, 2, 16, 'causal'],
    [1, 5, 2, 2, 5, 3, 'centred'],
  ] as const)('B %i, T %i, %i -> %i channels, K %i, dilation %i, %s: as the composite', (...sizes) => {
    const [batch, length, inChannels, outChannels, kernelSize, dilation, context] = sizes;
    const tensors = inputs(batch, length, inChannels, outChannels, kernelSize);
    const actual = evaluate(conv({ dilation, context }), tensors);
    const expected = evaluate(reference({ dilation, context }), tensors);
    expectAllClose(actual.outputs, expected.outputs);
    expectAllClose(actual.gradients, expected.gradients);
  });

  test('rectified: as the composite', () => {
    const tensors = inputs(2, 33, 17, 19, 2);
    const options = { dilation: 3, rectified: true };
    const actual = evaluate(conv(options), tensors);
    const expected = evaluate(reference(options), tensors);
    expectAllClose(actual.outputs, expected.outputs);
    expectAllClose(actual.gradients, expected.gradients);
  });

  test('in bfloat16: of rounded factors', () => {
    const tensors = inputs(2, 20, 9, 7, 3);
    const options = { dilation: 2, rectified: true };
    const round = (tensor: tf.Tensor) => tf.tensor(tensor.dataSync().map(toBfloat16), tensor.shape);
    const [x, filter, bias] = tensors;
    const actual = evaluate(conv({ ...options, precision: 'bf16' }), tensors).outputs;
    expectAllClose(actual, evaluate(reference(options), [round(x), round(filter), bias]).outputs, 2e-6);
    // What rounding may do: each of two factors is off by at most 2^-9 of itself, over 27 products of factors below 1.
    expectAllClose(actual, evaluate(reference(options), tensors).outputs, 27 * 2 ** -8);
    expect(actual).not.toEqual(evaluate(conv(options), tensors).outputs);
  });

  test('gradients in bfloat16: of rounded factors', () => {
    const [x, filter, bias] = inputs(2, 20, 9, 7, 3);
    const dy = uniform([2, 20, 7], 4);
    const round = (tensor: tf.Tensor) => tf.tensor(tensor.dataSync().map(toBfloat16), tensor.shape);
    const gradients = (op: Op, tensors: tf.Tensor[], arriving: tf.Tensor) =>
      tf.tidy(() =>
        tf
          .grads((...all) => op(...all) as tf.Tensor)(tensors, arriving)
          .map(numbers),
      );
    const actual = gradients(conv({ dilation: 2, precision: 'bf16' }), [x, filter, bias], dy);
    const expected = gradients(reference({ dilation: 2 }), [round(x), round(filter), bias], round(dy));
    expectAllClose(actual.slice(0, 2), expected.slice(0, 2), 2e-6);
    expectClose(actual[2], numbers(tf.sum(dy, [0, 1])));
  });

  test('numeric gradients', () => {
    const tensors = inputs(2, 8, 3, 4, 2);
    const op = conv({ dilation: 3 });
    const { gradients } = evaluate(op, tensors);
    for (const [which, element] of [
      [0, 7],
      [0, 40],
      [1, 0],
      [1, 23],
      [2, 2],
    ]) {
      expectClose([gradients[which][element]], [numericGradient(op, tensors, which, element)], 2e-3);
    }
  });

  test('leaves no tensor behind', () => {
    const tensors = inputs(2, 8, 3, 4, 2);
    const op = conv({ dilation: 3 });
    const before = tf.memory();
    const y = op(...tensors) as tf.Tensor;
    expect(tf.memory().numTensors).toBe(before.numTensors + 1);
    y.dispose();
    const gradients = tf.grads((...all) => op(...all) as tf.Tensor)(tensors);
    expect(tf.memory().numTensors).toBe(before.numTensors + 3);
    tf.dispose(gradients);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });

  test('takes integers that were cast to float32', () => {
    const x = tf.cast(tf.tensor3d([1, 2, 3], [1, 3, 1], 'int32'), 'float32');
    const y = dilatedConv1d(x, tf.tensor3d([10, 1], [2, 1, 1]), tf.tensor1d([0.5]), { dilation: 1 });
    expect(numbers(y)).toEqual([1.5, 12.5, 23.5]);
  });
});

describe('any shape', () => {
  beforeAll(() => useBackend('native'));

  test('native is as the composite', () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    const cases = fc.record({
      sizes: fc.tuple(size(3), size(40), size(20), size(20)),
      kernel: fc.constantFrom([1, 'centred'], [2, 'causal'], [3, 'causal'], [3, 'centred'], [5, 'centred']),
      dilation: size(12),
    });
    fc.assert(
      fc.property(cases, ({ sizes, kernel, dilation }) => {
        tf.tidy(() => {
          const [kernelSize, context] = kernel as [number, 'causal' | 'centred'];
          const tensors = inputs(...sizes, kernelSize);
          const actual = evaluate(conv({ dilation, context }), tensors);
          const expected = evaluate(reference({ dilation, context }), tensors);
          expectAllClose(actual.outputs, expected.outputs);
          expectAllClose(actual.gradients, expected.gradients);
        });
      }),
      { numRuns: 60, seed: 3 },
    );
  });
});

describe('errors', () => {
  beforeAll(() => useBackend('native'));
  let x: tf.Tensor3D, filter: tf.Tensor3D, bias: tf.Tensor1D;
  beforeAll(() => {
    x = tf.zeros([1, 4, 2]);
    filter = tf.zeros([2, 2, 3]);
    bias = tf.zeros([3]);
  });
  test.each([
    ['no tensor', () => dilatedConv1d([1] as never, filter, bias, { dilation: 1 }), TypeError, /`x`/],
    ['rank', () => dilatedConv1d(bias as never, filter, bias, { dilation: 1 }), RangeError, /\[B, T, Cin\].*`x`/],
    ['dtype', () => dilatedConv1d(tf.cast(x, 'int32'), filter, bias, { dilation: 1 }), RangeError, /int32 \[1, 4, 2\]/],
    ['empty', () => dilatedConv1d(tf.zeros([0, 4, 2]), filter, bias, { dilation: 1 }), RangeError, /`x`/],
    ['channels', () => dilatedConv1d(x, tf.zeros([2, 5, 3]), bias, { dilation: 1 }), RangeError, /\[K, 2, Cout\]/],
    ['bias', () => dilatedConv1d(x, filter, tf.zeros([2]), { dilation: 1 }), RangeError, /\[3\].*`bias`/],
    ['dilation', () => dilatedConv1d(x, filter, bias, { dilation: 0.5 }), RangeError, /`dilation`/],
    ['even and centred', () => dilatedConv1d(x, filter, bias, { dilation: 1, context: 'centred' }), RangeError, /odd/],
    ['precision', () => dilatedConv1d(x, filter, bias, { dilation: 1, precision: 'x' as never }), RangeError, /bf16/],
    ['context', () => dilatedConv1d(x, filter, bias, { dilation: 1, context: 'x' as never }), RangeError, /`context`/],
  ])('%s', (_, call, type, message) => {
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});
