import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { residualBlock, type ResidualBlockOptions, useBackend } from '../../ts/tfjs';
import { padLeft } from '../../ts/tfjs/convolutionOptions';
import { residualBlocksComposite } from '../../ts/tfjs/residualBlocksComposite';
import { describeEachBackend } from './backendsUnderTest';
import {
  evaluate,
  expectAllClose,
  expectClose,
  expectNothingLeft,
  numericGradient,
  type Op,
  uniform,
} from './evaluate';

/** x, skip, filter, bias, skip weight, skip bias, out weight, out bias */
const inputs = (batch: number, length: number, channels: number, kernelSize: number) => [
  uniform([batch, length, channels], 1),
  uniform([batch, length, channels], 2),
  uniform([kernelSize, channels, channels], 3),
  uniform([channels], 4),
  uniform([channels, channels], 5),
  uniform([channels], 6),
  uniform([channels, channels], 7),
  uniform([channels], 8),
];

function named(tensors: tf.Tensor[]) {
  const [x, skip, filter, bias, skipWeight, skipBias, out, outBias] = tensors as never[];
  return [x, skip, { filter, bias, skip: skipWeight, skipBias, out, outBias }] as const;
}

const block =
  (options: ResidualBlockOptions): Op =>
  (...tensors) =>
    residualBlock(...named(tensors), options);

const reference =
  ({ dropoutRate = 0, dropoutSeed = 0, ...options }: ResidualBlockOptions): Op =>
  (...tensors) => {
    const [x, skip, weights] = named(tensors);
    const outputs = residualBlocksComposite(x, [{ ...(weights as object), dilation: options.dilation } as never], {
      dilations: [options.dilation],
      padLefts: [padLeft(tensors[2].shape[0], options)],
      dropoutRate,
      dropoutSeeds: [dropoutSeed],
    });
    return [outputs.x!, tf.add(skip, outputs.skip)];
  };

const sizesAndOptions: Array<[[number, number, number, number], ResidualBlockOptions]> = [
  [[1, 1, 1, 1], { dilation: 1 }],
  [[2, 9, 3, 2], { dilation: 4 }],
  [[3, 40, 16, 2], { dilation: 8, context: 'causal' }],
  [[2, 33, 17, 3], { dilation: 5, context: 'centred' }],
  [[2, 6, 4, 2], { dilation: 16 }],
  [[2, 20, 8, 2], { dilation: 2, dropoutRate: 0.4, dropoutSeed: 123 }],
];

describeEachBackend(() => {
  test.each(sizesAndOptions)('%j %j: as the composite', (sizes, options) => {
    const tensors = inputs(...sizes);
    const actual = evaluate(block(options), tensors);
    const expected = evaluate(reference(options), tensors);
    expectAllClose(actual.outputs, expected.outputs);
    expectAllClose(actual.gradients, expected.gradients);
  });

  test('without skips before it: as with zeros', () => {
    const [x, skip, ...weights] = inputs(2, 9, 3, 2);
    const without =
      (first: tf.Tensor3D | null): Op =>
      (input, ...all) => {
        const [tensor, , namedWeights] = named([input, skip, ...all]);
        return residualBlock(tensor, first, namedWeights, { dilation: 4 });
      };
    const actual = evaluate(without(null), [x, ...weights]);
    const expected = evaluate(without(tf.zeros([2, 9, 3])), [x, ...weights]);
    expect(actual).toEqual(expected);
  });

  test.each(sizesAndOptions.slice(1, 5))('in bfloat16, %j %j: within what rounding does', (sizes, options) => {
    const [batch, length, channels, kernelSize] = sizes;
    const tensors = inputs(batch, length, channels, kernelSize);
    const actual = evaluate(block({ ...options, precision: 'bf16' }), tensors);
    const expected = evaluate(block(options), tensors);
    // Two factors, each off by at most 2^-9 of itself, in sums of kernelSize * channels products, of which the errors of most cancel.
    const tolerance = 2 ** -8 * Math.sqrt(kernelSize * channels);
    expectAllClose(actual.outputs, expected.outputs, tolerance);
    expectAllClose(actual.gradients, expected.gradients, tolerance);
    expect(actual.outputs).not.toEqual(expected.outputs);
    expect(actual.gradients).not.toEqual(expected.gradients);
  });

  test('numeric gradients', () => {
    const tensors = inputs(2, 8, 3, 2);
    const op = block({ dilation: 3 });
    const { gradients } = evaluate(op, tensors);
    tensors.forEach((tensor, which) => {
      for (const element of [0, tensor.size - 1]) {
        const numeric = numericGradient(op, tensors, which, element);
        expectClose([gradients[which][element]], [numeric], 2e-3);
      }
    });
  });

  test.each([0, 1])('output %i alone is used', (output) => {
    const [x, skip, filter, ...rest] = inputs(2, 8, 3, 2);
    const pick =
      (op: Op): Op =>
      (xIn, filterIn) =>
        (op(xIn, skip, filterIn, ...rest) as tf.Tensor[])[output];
    const actual = evaluate(pick(block({ dilation: 2 })), [x, filter]);
    const expected = evaluate(pick(reference({ dilation: 2 })), [x, filter]);
    expectAllClose(actual.gradients, expected.gradients);
  });

  test('leaves no tensor behind', () => {
    const tensors = inputs(2, 8, 3, 2);
    expectNothingLeft(() => {
      tf.dispose(block({ dilation: 3 })(...tensors));
      const sumOf = (op: Op) => (all: tf.Tensor[]) => tf.addN([op(...all)].flat());
      tf.dispose(tf.grads((...all) => sumOf(block({ dilation: 3 }))(all))(tensors));
    });
  });
});

describe('any shape', () => {
  beforeAll(() => useBackend('native'));

  test('native is as the composite', () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    const cases = fc.record({
      sizes: fc.tuple(size(3), size(40), size(20), size(4)),
      dilation: size(12),
      dropoutRate: fc.constantFrom(0, 0.25),
    });
    fc.assert(
      fc.property(cases, ({ sizes, ...options }) => {
        tf.tidy(() => {
          const tensors = inputs(...sizes);
          const actual = evaluate(block(options), tensors);
          const expected = evaluate(reference(options), tensors);
          expectAllClose(actual.outputs, expected.outputs);
          expectAllClose(actual.gradients, expected.gradients);
        });
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});

describe('errors', () => {
  beforeAll(() => useBackend('native'));

  test.each([
    ['skip of another length', { skip: [1, 5, 2] }, /\[1, 4, 2\].*`skip`/],
    ['filter', { filter: [2, 2, 3] }, /\[K, 2, 2\].*`weights.filter`/],
    ['bias', { bias: [3] }, /`weights.bias`/],
    ['skip weight', { skipWeight: [2, 3] }, /`weights.skip`/],
    ['skip bias', { skipBias: [1] }, /`weights.skipBias`/],
    ['out', { out: [1, 2] }, /`weights.out`/],
    ['out bias', { outBias: [2, 1] }, /`weights.outBias`/],
  ])('%s', (_, wrong, message) => {
    const shapes = { x: [1, 4, 2], skip: [1, 4, 2], filter: [2, 2, 2], bias: [2], skipWeight: [2, 2], skipBias: [2] };
    const all = Object.values({ ...shapes, out: [2, 2], outBias: [2], ...wrong }).map((shape) => tf.zeros(shape));
    expect(() => block({ dilation: 1 })(...all)).toThrow(RangeError);
    expect(() => block({ dilation: 1 })(...all)).toThrow(message);
  });

  test.each([
    [{ dilation: 0 }, /`dilation`/],
    [{ dilation: 1, dropoutRate: 1 }, /`dropoutRate`/],
    [{ dilation: 1, dropoutRate: NaN }, /`dropoutRate`/],
    [{ dilation: 1, dropoutSeed: -1 }, /`dropoutSeed`/],
    [{ dilation: 1, dropoutSeed: 2 ** 31 }, /`dropoutSeed`/],
  ])('%j', (options, message) => {
    expect(() => block(options)(...inputs(1, 4, 2, 2))).toThrow(message);
  });
});
