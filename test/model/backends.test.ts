import * as tf from '@tensorflow/tfjs';
import { DiCNN } from '../../ts/model/dicnn';
import { alignmentLoss, classificationLoss } from '../../ts/model/losses';
import { describeEachBackend } from '../tfjs/backendsUnderTest';
import { configOf, type GoldenCase, goldenCases, weightsOf } from './golden';

const cases = goldenCases() ?? [];

interface Gradients {
  loss: number;
  gradients: Float32Array[];
}

function lossAndGradients(golden: GoldenCase): Gradients {
  const { batch, length, inputSize } = golden.config;
  const config = configOf(golden, 'paper');
  const network = new DiCNN(config, weightsOf(golden));
  const x = tf.tensor3d(golden.input, [batch, length, inputSize]);
  const weakLabel = tf.tensor1d(golden.instanceLabel);
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
      const { loss, gradients } = lossAndGradients(cases[i]);
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
