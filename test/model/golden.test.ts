import * as tf from '@tensorflow/tfjs';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { activationMap } from '../../ts/model/activationMap';
import { DiCNN } from '../../ts/model/dicnn';
import { alignmentLoss, classificationLoss } from '../../ts/model/losses';
import { denseLabels } from '../../ts/model/segmentation';
import { sequentialLabel } from '../../ts/model/sequentialLabel';
import { useBackend } from '../../ts/tfjs';
import { configOf, inOurLayout, weightsOf, type GoldenCase, goldenCases } from './golden';

const cases = goldenCases();
const describeGolden = cases ? describe : describe.skip;
// plain: tfjs alone, without the kernels of ours that any later op registers on cpu and native.
const backends = ['plain', 'cpu', 'native', 'wasm'] as const;
tf.registerBackend('plain', () => new MathBackendCPU());
tf.copyRegisteredKernels('cpu', 'plain');

function expectClose(received: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(received.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const tolerance = Math.max(1e-5, 1e-3 * Math.abs(expected[i]));
    expect(Math.abs(received[i] - expected[i])).toBeLessThanOrEqual(tolerance);
  }
}

/** Within 1e-3 of the tensor's largest absolute value, or 1e-5. */
function expectGradient(name: string, received: ArrayLike<number>, expected: Float32Array): void {
  const tolerance = Math.max(1e-5, 1e-3 * expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0));
  const worst = expected.reduce((max, value, i) => Math.max(max, Math.abs(received[i] - value)), 0);
  expect({ name, within: worst <= tolerance, worst, tolerance }).toMatchObject({ within: true });
}

describeGolden('golden values of the reference implementation', () => {
  if (!cases) {
    // Shown as skipped; a table without rows would be an error.
    it('of ../shared/fixtures/wetas_cases.json', () => {});
    return;
  }
  const table = backends.flatMap((backend) => {
    const all = cases.map((golden, i) => ({ backend, golden, name: `case ${i + 1}` }));
    // Its soft-DTW takes a second for each batch.
    return backend === 'plain' ? all.slice(0, 1) : all;
  });
  const tensorsBefore = tf.memory().numTensors;
  afterAll(() => expect(tf.memory().numTensors).toBe(tensorsBefore));

  describe.each(table)(
    '$name on $backend',
    ({ backend, golden }: { backend: (typeof backends)[number]; golden: GoldenCase }) => {
      const { batch, length, inputSize } = golden.config;
      const shape = [batch, length] as const;
      const config = configOf(golden, 'paper');
      let network: DiCNN;
      let x: tf.Tensor3D;
      let y: tf.Tensor1D;

      beforeAll(async () => {
        await (backend === 'plain' ? tf.setBackend(backend) : useBackend(backend));
        network = new DiCNN(config, weightsOf(golden));
        x = tf.tensor3d(golden.input, [batch, length, inputSize]);
        y = tf.tensor1d(golden.instanceLabel);
      });
      afterAll(() => {
        network.dispose();
        tf.dispose([x, y]);
      });

      it('computes output and scores', () => {
        const output = network.output(x);
        const { weakLogit, denseLogit } = network.forward(x);
        expect(output.shape).toEqual([batch, length, config.outputSize]);
        expectClose(output.dataSync(), golden.output);
        const scores = [tf.sigmoid(weakLogit), tf.sigmoid(denseLogit)];
        expectClose(scores[0].dataSync(), golden.instanceScore);
        expectClose(scores[1].dataSync(), golden.pointScore);
        tf.dispose([output, weakLogit, denseLogit, ...scores]);
      });

      it('makes activation map, sequential labels and segmentation', () => {
        const { weakLogit, denseLogit } = network.forward(x);
        const logits = denseLogit.dataSync<'float32'>();
        const map = activationMap(logits, shape);
        expectClose(map, golden.activationMap);
        const label = golden.instanceLabel;
        const opposite = label.map((value) => 1 - value);
        const ones = label.map(() => 1);
        const labels = (gate: number[]) => Array.from(sequentialLabel(map, gate, shape, config));
        expect(labels(label)).toEqual(golden.sequentialLabelPositive);
        expect(labels(opposite)).toEqual(golden.sequentialLabelNegativePaper);
        expect(labels(ones)).toEqual(golden.sequentialLabelAllPositive);
        const segmentation = (weakPrediction: number[]) =>
          Array.from(denseLabels({ denseLogit: logits, weakPrediction, shape, config }));
        expect(segmentation(label)).toEqual(golden.segmentationGivenLabel);
        expect(segmentation(ones)).toEqual(golden.segmentationAllPositive);
        tf.dispose([weakLogit, denseLogit]);
      });

      it.each([
        ['paper', golden.paper],
        ['reference', golden.authors],
      ] as const)('computes losses and all parameter gradients in alignment mode %s', (alignment, expected) => {
        const losses = configOf(golden, alignment);
        let terms: { classification: number; alignment: number[] } | undefined;
        const { value, grads } = tf.variableGrads(() => {
          const { weakLogit, denseLogit } = network.forward(x);
          const classification = classificationLoss(weakLogit, y);
          const perWindow = alignmentLoss({ denseLogit, weakLabel: y, config: losses });
          terms = { classification: classification.dataSync()[0], alignment: Array.from(perWindow.dataSync()) };
          return tf.add(classification, tf.mean(perWindow));
        }, Object.values(network.variables));
        expectClose([terms!.classification], [expected.bce]);
        expectClose(terms!.alignment, expected.alignment);
        expectClose(value.dataSync(), [expected.loss]);
        for (const [name, { data }] of inOurLayout(golden.params, expected.gradients)) {
          const gradient = grads[network.variables[name].name];
          // The last block's output convolution feeds nothing: no gradient reaches it.
          expectGradient(name, gradient ? gradient.dataSync() : new Float32Array(data.length), data);
        }
        tf.dispose([value, ...Object.values(grads)]);
      });
    },
  );
});
