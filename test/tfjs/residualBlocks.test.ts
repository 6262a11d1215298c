import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { type ResidualBlock, residualBlocks, type ResidualBlocksOptions, useBackend } from '../../ts/tfjs';
import { padLeft } from '../../ts/tfjs/convolutionOptions';
import { residualBlocksComposite } from '../../ts/tfjs/residualBlocksComposite';
import { describeEachBackend } from './backendsUnderTest';
import { evaluate, expectAllClose, expectNothingLeft, type Op, uniform } from './evaluate';

interface Stack {
  sizes: [batch: number, length: number, channels: number, kernelSize: number];
  dilations: number[];
  /** Whether the last block has an output convolution. */
  handsOn: boolean;
  options?: ResidualBlocksOptions;
}

/** x, then the weights of each block. */
function inputs({ sizes: [batch, length, channels, kernelSize], dilations, handsOn }: Stack): tf.Tensor[] {
  const shapes: number[][] = [[kernelSize, channels, channels], [channels]];
  const block = [...shapes, [channels, channels], [channels], [channels, channels], [channels]];
  const weights = dilations.flatMap((_, i) => (handsOn || i < dilations.length - 1 ? block : block.slice(0, 4)));
  return [[batch, length, channels], ...weights].map((shape, i) => uniform(shape, i + 1));
}

function named(dilations: number[], weights: tf.Tensor[]): ResidualBlock[] {
  return dilations.map((dilation, i) => {
    const [filter, bias, skip, skipBias, out, outBias] = weights.slice(6 * i) as never[];
    return { dilation, dropoutSeed: i, filter, bias, skip, skipBias, out, outBias };
  });
}

const given = ({ x, skip }: ReturnType<typeof residualBlocks>) => (x ? [x, skip] : [skip]);

const stacked =
  ({ dilations, options }: Stack): Op =>
  (x, ...weights) =>
    given(residualBlocks(x as tf.Tensor3D, named(dilations, weights), options));

const reference =
  ({ dilations, sizes, options = {} }: Stack): Op =>
  (x, ...weights) =>
    given(
      residualBlocksComposite(x as tf.Tensor3D, named(dilations, weights), {
        dilations,
        padLefts: dilations.map((dilation) => padLeft(sizes[3], { ...options, dilation })),
        dropoutRate: options.dropoutRate ?? 0,
        dropoutSeeds: dilations.map((_, i) => i),
      }),
    );

const stacks: Stack[] = [
  { sizes: [2, 9, 3, 2], dilations: [4], handsOn: false },
  { sizes: [3, 40, 16, 2], dilations: [1, 2, 4], handsOn: false },
  { sizes: [2, 33, 17, 3], dilations: [1, 5], handsOn: true, options: { context: 'centred' } },
  { sizes: [2, 20, 8, 2], dilations: [2, 1, 16], handsOn: false, options: { dropoutRate: 0.4 } },
];

describeEachBackend(() => {
  test.each(stacks)('%j: as the composite', (stack) => {
    const tensors = inputs(stack);
    const actual = evaluate(stacked(stack), tensors);
    const expected = evaluate(reference(stack), tensors);
    expectAllClose(actual.outputs, expected.outputs);
    expectAllClose(actual.gradients, expected.gradients);
  });

  test.each(stacks)('%j: leaves no tensor behind', (stack) => {
    const tensors = inputs(stack);
    expectNothingLeft(() => {
      tf.dispose(stacked(stack)(...tensors));
      const sum: Op = (...all) => tf.addN([stacked(stack)(...all)].flat());
      tf.dispose(tf.grads(sum as never)(tensors));
    });
  });
});

describe('any stack', () => {
  beforeAll(() => useBackend('native'));

  test('native is as the composite', () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    const anyStack = fc.record({
      sizes: fc.tuple(size(3), size(40), size(20), size(4)),
      dilations: fc.array(size(12), { minLength: 1, maxLength: 4 }),
      handsOn: fc.boolean(),
      options: fc.record({ dropoutRate: fc.constantFrom(0, 0.25) }),
    });
    fc.assert(
      fc.property(anyStack, (stack) => {
        tf.tidy(() => {
          const tensors = inputs(stack);
          const actual = evaluate(stacked(stack), tensors);
          const expected = evaluate(reference(stack), tensors);
          expectAllClose(actual.outputs, expected.outputs, 1e-4);
          expectAllClose(actual.gradients, expected.gradients, 1e-4);
        });
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});

describe('errors', () => {
  beforeAll(() => useBackend('native'));

  const withoutOut = { out: undefined, outBias: undefined };
  test.each<[string, (blocks: ResidualBlock[]) => ResidualBlock[], RegExp]>([
    ['no block', () => [], /at least one block for `blocks`/],
    ['a first block without out', ([a, b]) => [{ ...a, ...withoutOut }, b], /`weights.out`/],
    ['out without its bias', ([a, b]) => [a, { ...b, outBias: undefined }], /`weights.outBias`/],
    ['filters of two sizes', ([a, b]) => [a, { ...b, filter: tf.zeros([3, 2, 2]) }], /\[2, 2, 2\].* `weights.filter`/],
    ['a dilation of 0', ([a, b]) => [a, { ...b, dilation: 0 }], /`dilation`/],
    ['a seed of -1', ([a, b]) => [a, { ...b, dropoutSeed: -1 }], /`dropoutSeed`/],
  ])('%s', (_, wrong, message) => {
    const [x, ...weights] = inputs({ sizes: [1, 4, 2, 2], dilations: [1, 2], handsOn: true });
    expect(() => residualBlocks(x as tf.Tensor3D, wrong(named([1, 2], weights)))).toThrow(message);
  });
});
