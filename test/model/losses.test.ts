import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import type { WetasConfig } from '../../ts/model/config';
import { DiCNN } from '../../ts/model/dicnn';
import { alignmentLoss, classificationLoss } from '../../ts/model/losses';
import { useBackend } from '../../ts/tfjs';
import * as oracle from '../oracle/wetas';
import { oracleWeights, oracleWindow, type SmallCase, smallCase } from './smallCase';

beforeAll(() => useBackend('native'));

/** Mean classification loss + mean alignment loss, by the oracle. */
function oracleLoss(small: SmallCase, weights = oracleWeights(small.weights)): number {
  const windows = small.lengths.map((_, b) => {
    const { rows, valid } = oracleWindow(small, b);
    const { weakLogit, denseLogit } = oracle.network(rows, valid, weights, small.config);
    const weakLabel = small.weakLabel[b];
    const aligned = oracle.alignmentLoss(denseLogit, weakLabel, valid, small.config);
    return oracle.classificationLoss(weakLogit, weakLabel) + aligned;
  });
  return windows.reduce((sum, loss) => sum + loss, 0) / windows.length;
}

/** The same by the product, with the gradient of every parameter. */
function lossAndGradients({ config, weights, batch, length, x, weakLabel, mask }: SmallCase) {
  const network = new DiCNN(config, weights);
  const { value, grads } = tf.variableGrads(() => {
    const maskTensor = tf.tensor2d(mask, [batch, length]);
    const labels = tf.tensor1d(weakLabel);
    const { weakLogit, denseLogit } = network.forward(tf.tensor3d(x, [batch, length, config.channels]), maskTensor);
    const aligned = alignmentLoss({ denseLogit, weakLabel: labels, mask: maskTensor, config });
    return tf.add(classificationLoss(weakLogit, labels), tf.mean(aligned));
  }, Object.values(network.variables));
  const gradients = new Map(
    Object.entries(network.variables).map(([name, variable]) => [name, grads[variable.name]?.dataSync().slice()]),
  );
  const loss = value.dataSync()[0];
  tf.dispose([value, grads]);
  network.dispose();
  return { loss, gradients };
}

/** Central differences of the oracle's loss in one parameter. */
function numericGradient(small: SmallCase, name: string): number[] {
  const step = 1e-5;
  return Array.from(small.weights.get(name)!.data, (value, i) => {
    const at = (moved: number) => {
      const weights = oracleWeights(small.weights);
      const values = Array.from(weights[name]);
      values[i] = moved;
      return oracleLoss(small, { ...weights, [name]: values });
    };
    return (at(value + step) - at(value - step)) / (2 * step);
  });
}

const settings: Partial<WetasConfig>[] = [
  { alignment: 'paper', poolingType: 'avg' },
  { alignment: 'reference', poolingType: 'max' },
  { alignment: 'paper', context: 'centred', poolingType: 'max' },
  { alignment: 'paper', kernelSize: 3, granularity: 3, gamma: 1, beta: 2 },
  { alignment: 'paper', gamma: 0.01, beta: 1, nLayers: 3 },
];

describe.each(settings)('the total loss with %j', (given) => {
  it('agrees with the oracle, which enumerates all alignments', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const small = smallCase(seed, given, [9, 4, 1, 9], 9);
        const expected = oracleLoss(small);
        expect(Math.abs(lossAndGradients(small).loss - expected)).toBeLessThan(1e-5 * Math.max(1, expected));
      }),
      { numRuns: 10 },
    );
  });

  it('has the gradient that differences of the oracle give', () => {
    const small = smallCase(7, given, [7, 3], 7);
    const { gradients } = lossAndGradients(small);
    for (const name of small.weights.keys()) {
      const expected = numericGradient(small, name);
      const received = gradients.get(name) ?? new Float32Array(expected.length);
      const tolerance = Math.max(2e-5, 1e-3 * Math.max(...expected.map(Math.abs)));
      expected.forEach((value, i) => expect(Math.abs(received[i] - value)).toBeLessThan(tolerance));
    }
  });
});

describe('classificationLoss', () => {
  const lossAt = (logit: number[], label: number[]) =>
    tf.tidy(() => {
      const loss = (x: tf.Tensor) => classificationLoss(x as tf.Tensor1D, tf.tensor1d(label));
      const { value, grad } = tf.valueAndGrad(loss)(tf.tensor1d(logit));
      return { value: value.dataSync()[0], gradient: Array.from(grad.dataSync()) };
    });

  it('and its gradient are exact where float32 scores would be saturated', () => {
    expect(lossAt([-40, 40], [1, 0])).toEqual({ value: 40, gradient: [-0.5, 0.5] });
    expect(lossAt([40, -40], [1, 0]).value).toBeCloseTo(0, 12);
  });

  it('has the right gradient at logit 0', () => {
    const { value, gradient } = lossAt([0, 0], [1, 0]);
    expect(value).toBeCloseTo(Math.log(2), 6);
    expect(gradient).toEqual([-0.25, 0.25]);
  });
});

describe('alignmentLoss', () => {
  const config = {
    granularity: 2,
    localThreshold: 0.3,
    beta: 0.1,
    gamma: 0.1,
    splitSize: 6,
    alignment: 'paper',
  } as const;
  const lossAt = (logit: number[], label: number, mask?: number[], change: object = {}) =>
    tf.tidy(() => {
      const loss = (denseLogit: tf.Tensor) =>
        alignmentLoss({
          denseLogit: denseLogit as tf.Tensor2D,
          weakLabel: tf.tensor1d([label]),
          mask: mask && tf.tensor2d([mask]),
          config: { ...config, ...change },
        });
      const { value, grad } = tf.valueAndGrad(loss)(tf.tensor2d([logit]));
      return { value: value.dataSync()[0], gradient: Array.from(grad.dataSync()) };
    });

  it('is the constant beta without a gradient for a normal window in mode reference', () => {
    const { value, gradient } = lossAt([1, 2, -1, 0, 3, 1], 0, undefined, { alignment: 'reference' });
    expect(value).toBeCloseTo(config.beta, 6);
    expect(gradient).toEqual(new Array(6).fill(0));
    expect(Math.max(...lossAt([1, 2, -1, 0, 3, 1], 0).gradient)).toBeGreaterThan(0.1);
  });

  it('is beta where all logits are equal: then nothing stands out and both labels are zeros', () => {
    expect(lossAt([2, 2, 2, 2, 2, 2], 1).value).toBeCloseTo(config.beta, 6);
  });

  it('takes padding for free: its logits count for nothing and get no gradient', () => {
    const mask = [0, 0, 0, 1, 1, 1];
    const margin = { beta: 2 };
    const one = lossAt([0, 0, 0, 3, -1, 2], 1, mask, margin);
    const other = lossAt([9, -9, 5, 3, -1, 2], 1, mask, margin);
    expect(other).toEqual(one);
    // The last timestep has the last label, 0, in both alignments: its costs cancel.
    expect(one.gradient.map((value) => value === 0)).toEqual([true, true, true, false, false, true]);
    expect(lossAt([9, -9, 5, 3, -1, 2], 1, undefined, margin).value).not.toBeCloseTo(one.value, 3);
  });

  it('is finite in a window of one real point', () => {
    expect(lossAt([0, 0, 0, 0, 0, 5], 1, [0, 0, 0, 0, 0, 1]).value).toBeCloseTo(config.beta, 6);
  });

  it('stays finite, gradient included, at logits whose scores are 0 or 1 in float32', () => {
    const { value, gradient } = lossAt([-200, 200, -50, 50, 120, -120], 1);
    expect(Number.isFinite(value)).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

it('leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  lossAndGradients(smallCase(1, {}, [6, 3], 6));
  expect(tf.memory().numTensors).toBe(before);
});
