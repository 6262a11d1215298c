import * as tf from '@tensorflow/tfjs';
import { DiCNN } from '../../ts/model/dicnn';
import { alignmentLoss, classificationLoss } from '../../ts/model/losses';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { completeConfig, type WetasConfig } from '../../ts/model/config';
import { initialWeights, type Weights } from '../../ts/model/parameters';
import { describeEachBackend } from '../tfjs/backendsUnderTest';
import { configOf, type GoldenCase, goldenCases, weightsOf } from './golden';

const cases = goldenCases() ?? [];

interface Case {
  config: WetasConfig;
  weights: Weights;
  /** [batch, T, C] */
  input: Float32Array;
  /** [batch] */
  weakLabel: number[];
}

interface Gradients {
  loss: number;
  gradients: Float32Array[];
}

function goldenCase(golden: GoldenCase): Case {
  const input = Float32Array.from(golden.input);
  return { config: configOf(golden, 'paper'), weights: weightsOf(golden), input, weakLabel: golden.instanceLabel };
}

/** The network that is trained by default, newly drawn, and a quiet and a loud window of EMG's size. */
function defaultCase(): Case {
  const config = completeConfig({ channels: 8 });
  const random = xoroshiro128plus(3);
  const weights = initialWeights(config, { biasInit: 'normal', random });
  const input = Float32Array.from({ length: 2 * config.splitSize * config.channels }, (_, i) => {
    const t = Math.floor(i / config.channels);
    return (t >= 700 && t < 800 ? 4 : 1) * (2 * uniformFloat64(random) - 1);
  });
  return { config, weights, input, weakLabel: [0, 1] };
}

function lossAndGradients({ config, weights, input, weakLabel: labels }: Case): Gradients {
  const network = new DiCNN(config, weights);
  const x = tf.tensor3d(input, [labels.length, input.length / (labels.length * config.channels), config.channels]);
  const weakLabel = tf.tensor1d(labels);
  const variables = Object.values(network.variables);
  const { value, grads } = tf.variableGrads(() => {
    const { weakLogit, denseLogit } = network.forward(x);
    return tf.add(classificationLoss(weakLogit, weakLabel), tf.mean(alignmentLoss({ denseLogit, weakLabel, config })));
  }, variables);
  const gradients = variables.map(({ name, size }) => grads[name]?.dataSync<'float32'>() ?? new Float32Array(size));
  const copies = gradients.map((gradient) => Float32Array.from(gradient));
  const loss = value.dataSync()[0];
  network.dispose();
  return { loss, gradients: copies };
}

/** What the first backend under test found, which the others are compared with. */
const first: Gradients[] = [];

(cases.length > 0 ? describe : describe.skip)('the same network, weights and batch', () => {
  describeEachBackend((backend) => {
    it.each([0, 1, 2, 3])('golden network %i: the loss and the gradients of the other backends', (i) => {
      const { loss, gradients } = lossAndGradients(goldenCase(cases[i]));
      if (backend === 'cpu') first[i] = { loss, gradients };
      expect(Math.abs(loss / first[i].loss - 1)).toBeLessThanOrEqual(1e-5);
      gradients.forEach((gradient, p) => {
        const expected = first[i].gradients[p];
        const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
        const worst = gradient.reduce((max, value, j) => Math.max(max, Math.abs(value - expected[j])), 0);
        expect(worst).toBeLessThanOrEqual(1e-4 * largest);
      });
    });
  });
});

describe('the default network', () => {
  let onCpu: Gradients;
  describeEachBackend((backend) => {
    it('has the loss and the gradients of the other backends', () => {
      const { loss, gradients } = lossAndGradients(defaultCase());
      if (backend === 'cpu') onCpu = { loss, gradients };
      expect(Math.abs(loss / onCpu.loss - 1)).toBeLessThanOrEqual(1e-5);
      gradients.forEach((gradient, p) => {
        const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
        const difference = gradient.map((value, j) => value - onCpu.gradients[p][j]);
        expect(norm(difference)).toBeLessThanOrEqual(1e-2 * norm(onCpu.gradients[p]));
      });
    });
  });
});
