import * as tf from '@tensorflow/tfjs';
import { dilatedConv1d, residualBlock, residualBlocks } from '../../ts/tfjs';
import { describeEachBackend } from './backendsUnderTest';
import { residualBlocksComposite } from '../../ts/tfjs/residualBlocksComposite';
import { expectClose, numbers, type Op, uniform } from './evaluate';

/**
 * An op is f; the gradient of sum(f(v)^2) in `v` is squared and summed, and differentiated in `v` again. The `second path` adds v^3, which tfjs can
 * differentiate twice: with it a term that is missing would go unnoticed, because a gradient is found all the same.
 */
function secondGradient(op: Op, inputs: tf.Tensor[], which: number, withSecondPath: boolean): tf.Tensor {
  const scalar = (v: tf.Tensor) => {
    const outputs = [op(...inputs.map((input, i) => (i === which ? v : input)))].flat();
    const ofOp = tf.addN(outputs.map((output) => tf.sum(tf.square(output))));
    return withSecondPath ? tf.add(ofOp, tf.sum(tf.mul(v, tf.square(v)))) : ofOp;
  };
  return tf.grad((v: tf.Tensor) => tf.sum(tf.square(tf.grad(scalar)(v))))(inputs[which]);
}

const conv: Op = (x, filter, bias) => dilatedConv1d(x as never, filter as never, bias as never, { dilation: 2 });
const block: Op = (x, skip, ...weights) => residualBlock(x as never, skip as never, named(weights), { dilation: 2 });
/** Without output convolution. */
const lastBlock: Op = (x, ...weights) => residualBlocks(x as never, [lastNamed(weights)]).skip;

function named([filter, bias, skip, skipBias, out, outBias]: tf.Tensor[]) {
  return { filter, bias, skip, skipBias, out, outBias } as never;
}

function lastNamed([filter, bias, skip, skipBias]: tf.Tensor[]) {
  return { dilation: 2, filter, bias, skip, skipBias } as never;
}

const shapesOfBlock = [[2, 5, 3], [2, 5, 3], [2, 3, 3], [3], [3, 3], [3], [3, 3], [3]];

const cases: Array<[name: string, op: Op, shapes: number[][], which: number[], kernel: RegExp]> = [
  [
    'dilatedConv1d',
    conv,
    [[2, 5, 3], [2, 3, 4], [4]],
    [0, 1, 2],
    /dilatedConv1d cannot be .* kernel DilatedConv1DGrad/,
  ],
  [
    'residualBlock',
    block,
    shapesOfBlock,
    [0, 2, 3, 4, 5, 6, 7],
    /residualBlocks cannot be .* kernel ResidualBlocksGrad/,
  ],
  ['a last block', lastBlock, shapesOfBlock.slice(1, 6), [0, 1, 2, 3, 4], /kernel ResidualBlocksGrad/],
];

describeEachBackend(() => {
  for (const [name, op, shapes, which, message] of cases) {
    test.each(which)(`${name}, input %i: throws by name, alone and with a second path`, (input) => {
      const inputs = shapes.map((shape, i) => uniform(shape, i + 1));
      expect(() => secondGradient(op, inputs, input, false)).toThrow(message);
      expect(() => secondGradient(op, inputs, input, true)).toThrow(message);
    });
  }

  test('residualBlock, in skip alone: right, because that gradient needs no kernel of ours', () => {
    const inputs = shapesOfBlock.map((shape, i) => uniform(shape, i + 1));
    const attributes = { dilations: [2], padLefts: [2], dropoutRate: 0, dropoutSeeds: [0] };
    const composite: Op = (x, skip, ...weights) => {
      const outputs = residualBlocksComposite(x as never, [named(weights)], attributes);
      return [outputs.x!, tf.add(skip, outputs.skip)];
    };
    for (const withSecondPath of [false, true]) {
      const actual = numbers(secondGradient(block, inputs, 1, withSecondPath));
      expectClose(actual, numbers(secondGradient(composite, inputs, 1, withSecondPath)));
    }
  });

  // The gradient in the bias depends on the bias through the pre-activation alone.
  test('residualBlock, where only the bias is a variable and the outputs enter linearly', () => {
    const [x, skip, filter, bias, ...weights] = shapesOfBlock.map((shape, i) => uniform(shape, i + 1));
    const linear = (b: tf.Tensor) => {
      const outputs = block(x, skip, filter, b, ...weights) as tf.Tensor[];
      return tf.add(tf.sum(outputs[1]), tf.sum(tf.mul(b, tf.square(b))));
    };
    const twice = () => tf.grad((b: tf.Tensor) => tf.sum(tf.square(tf.grad(linear)(b))))(bias);
    expect(twice).toThrow(/residualBlock/);
  });
});
