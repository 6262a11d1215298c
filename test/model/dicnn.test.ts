import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { DiCNN } from '../../ts/model/dicnn';
import { useBackend } from '../../ts/tfjs';
import * as oracle from '../oracle/wetas';
import { oracleWeights, oracleWindow, type SmallCase, smallCase } from './smallCase';

beforeAll(() => useBackend('native'));

function forward({ config, weights, batch, length, x, mask }: SmallCase, dropout?: { seed: number }) {
  const network = new DiCNN(config, weights);
  const result = tf.tidy(() => {
    const input = tf.tensor3d(x, [batch, length, config.channels]);
    const tensors = network.forward(input, tf.tensor2d(mask, [batch, length]), dropout);
    const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());
    return {
      output: values(network.output(input, dropout)),
      weakLogit: values(tensors.weakLogit),
      denseLogit: values(tensors.denseLogit),
    };
  });
  network.dispose();
  return result;
}

function expectClose(received: number[], expected: number[]): void {
  const tolerance = 1e-5 * expected.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
  expect(received.length).toBe(expected.length);
  received.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(tolerance));
}

describe('forward', () => {
  const contexts = fc.constantFrom(
    { context: 'causal', kernelSize: 2 } as const,
    { context: 'causal', kernelSize: 3 } as const,
    { context: 'causal', kernelSize: 5, dilationBase: 2 } as const,
    { context: 'centred', kernelSize: 3 } as const,
    { context: 'centred', kernelSize: 5, dilationBase: 3 } as const,
  );

  it('agrees with the oracle: any context, kernel, depth, pooling and padding, also where T < K^n', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        contexts,
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('avg' as const, 'max' as const),
        fc.integer({ min: 4, max: 11 }),
        (seed, context, nLayers, poolingType, length) => {
          const lengths = [length, 1, Math.ceil(length / 2)];
          const small = smallCase(seed, { ...context, nLayers, poolingType }, lengths, length);
          const received = forward(small);
          const expected = lengths.map((_, b) => {
            const { rows, valid } = oracleWindow(small, b);
            return oracle.network(rows, valid, oracleWeights(small.weights), small.config);
          });
          expectClose(
            received.output,
            expected.flatMap(({ output }) => output.flat()),
          );
          expectClose(
            received.denseLogit,
            expected.flatMap(({ denseLogit }) => denseLogit),
          );
          expectClose(
            received.weakLogit,
            expected.map(({ weakLogit }) => weakLogit),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is causal, or not, as configured', () => {
    const changed = (context: 'causal' | 'centred') => {
      const small = smallCase(3, { context }, [12], 12);
      const before = forward(small).denseLogit;
      small.x[2 * 7] += 1;
      const after = forward(small).denseLogit;
      return before.map((value, t) => value !== after[t]);
    };
    expect(changed('causal').slice(0, 7)).toEqual(new Array(7).fill(false));
    expect(changed('causal')[7]).toBe(true);
    expect(changed('centred')[6]).toBe(true);
  });

  it('drops gate outputs in training alone: the same for one seed, others for another', () => {
    const small = smallCase(4, { dropout: 0.5, hiddenSize: 8 }, [16], 16);
    const [evaluated, seed1, again, seed2] = [undefined, { seed: 1 }, { seed: 1 }, { seed: 2 }].map(
      (dropout) => forward(small, dropout).output,
    );
    expect(again).toEqual(seed1);
    expect(seed1).not.toEqual(evaluated);
    expect(seed2).not.toEqual(seed1);
    const without = smallCase(4, { dropout: 0, hiddenSize: 8 }, [16], 16);
    expect(forward(without, { seed: 1 }).output).toEqual(evaluated);
  });
});

it('gives the gradient of a maximum to one of several equal timesteps, as PyTorch does', () => {
  // Constant input: past the receptive field all outputs are the same.
  const small = smallCase(5, { poolingType: 'max' }, [10], 10);
  small.x.fill(1);
  const network = new DiCNN(small.config, small.weights);
  const bias = network.variables['head.1.bias'];
  const { value, grads } = tf.variableGrads(
    () => tf.sum(network.forward(tf.tensor3d(small.x, [1, 10, 2])).weakLogit),
    [bias],
  );
  const received = Array.from(grads[bias.name].dataSync());
  expectClose(received, Array.from(small.weights.get('fc.weight')!.data));
  tf.dispose([value, grads]);
  network.dispose();
});

describe('parameters', () => {
  const config = smallCase(0, {}, [4], 4).config;
  const init = () => ({ biasInit: 'zeros' as const, random: xoroshiro128plus(1) });

  it('come back as they were given', () => {
    const network = new DiCNN(config, init());
    const weights = network.weights();
    const copy = new DiCNN(config, weights);
    expect(copy.weights()).toEqual(weights);
    expect([...weights.keys()]).toEqual(Object.keys(network.variables));
    // A copy: what becomes of one is nothing to the others.
    weights.get('fc.bias')!.data[0] = 7;
    expect([network, copy].map((one) => one.weights().get('fc.bias')!.data[0])).toEqual([0, 0]);
    network.dispose();
    copy.dispose();
  });

  it('are refused where one is missing, superfluous or of another shape', () => {
    const network = new DiCNN(config, init());
    const weights = () => network.weights();
    const missing = weights();
    missing.delete('blocks.1.out');
    const superfluous = weights().set('blocks.2.out', { shape: [1], data: new Float32Array(1) });
    const misshapen = weights().set('fc.bias', { shape: [1, 1], data: new Float32Array(1) });
    expect(() => new DiCNN(config, missing)).toThrow('expected float32 values of shape [3, 3] for `blocks.1.out` but');
    expect(() => new DiCNN(config, superfluous)).toThrow(
      'expected the 20 parameters of its config alone for `weights`',
    );
    expect(() => new DiCNN(config, misshapen)).toThrow(
      'expected float32 values of shape [1] for `fc.bias` but received [1, 1]',
    );
    network.dispose();
  });
});

it('leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  const small = smallCase(1, { dropout: 0.2, poolingType: 'max' }, [6, 3], 6);
  forward(small, { seed: 1 });
  expect(() => new DiCNN(small.config, new Map())).toThrow();
  expect(tf.memory().numTensors).toBe(before);
});
