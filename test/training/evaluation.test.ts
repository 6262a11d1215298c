import * as tf from '@tensorflow/tfjs';
import { randomStreams } from '../../ts/training/randomStreams';
import { DiCNN } from '../../ts/model/dicnn';
import { averagePrecision, bestF1, rocAuc } from '../../ts/metrics';
import { useBackend } from '../../ts/tfjs';
import { evaluateEpoch } from '../../ts/training/epochEvaluation';
import {
  evaluate,
  scoreSplit,
  type SplitScores,
  sweepThreshold,
  together,
  weakMetrics,
} from '../../ts/training/evaluation';
import { train } from '../../ts/training/trainer';
import { alignmentLoss, classificationLoss } from '../../ts/model/losses';
import { denseLabels } from '../../ts/model/segmentation';
import { tinyConfig, tinyOptions, tinyWindows } from './tinyRun';

const config = tinyConfig();
const windows = tinyWindows(13, 4);
let model: DiCNN;

beforeAll(async () => {
  await useBackend('native');
  ({ model } = await train(tinyOptions({ nEpochs: 3 })));
});
afterAll(() => model.dispose());

describe('evaluate', () => {
  test('losses are the mean over all windows, whatever the batches', async () => {
    const whole = tf.tidy(() => {
      const labels = tf.tensor1d(Float32Array.from(windows.weakLabel!));
      const mask = tf.tensor2d(
        Array.from({ length: 13 * 40 }, (_, i) => (i < 20 ? 0 : 1)),
        [13, 40],
      );
      const { weakLogit, denseLogit } = model.forward(tf.tensor3d(windows.data, [13, 40, 2]), mask);
      const alignment = alignmentLoss({ denseLogit, weakLabel: labels, mask, config });
      return {
        classification: classificationLoss(weakLogit, labels).dataSync()[0],
        alignment: tf.mean(alignment).dataSync()[0],
      };
    });
    for (const batchSize of [1, 4, 13, 32]) {
      const { loss, classification, alignment } = await evaluate([model], config, windows, { batchSize });
      expect(classification).toBeCloseTo(whole.classification, 6);
      expect(alignment).toBeCloseTo(whole.alignment, 6);
      expect(loss).toBeCloseTo(whole.classification + whole.alignment, 6);
    }
  });

  test('dense figures count all points, and real points alone', async () => {
    const reference = tinyConfig({ padding: 'reference' });
    // Padding of 30, 29, 28, ... points, some of which are predicted or labelled anomalous.
    const padded = { ...windows, lengths: Array.from({ length: 13 }, (_, b) => 10 + b) };
    const scores = await scoreSplit([model], reference, padded);
    const threshold = Array.from(scores.weakScore).sort()[6];
    const weakPrediction = Array.from(scores.weakScore, (score) => (score >= threshold ? 1 : 0));
    expect(new Set(weakPrediction).size).toBe(2);
    const predicted = denseLabels({ ...scores, weakPrediction, shape: [13, 40], config: reference });
    const figures = (isCounted: (i: number) => boolean) => {
      let [tp, fp, fn] = [0, 0, 0];
      predicted.forEach((label, i) => {
        if (!isCounted(i)) return;
        if (label && windows.denseLabel![i]) tp++;
        else if (label) fp++;
        else if (windows.denseLabel![i]) fn++;
      });
      return {
        precision: tp / (tp + fp),
        recall: tp / (tp + fn),
        f1: (2 * tp) / (2 * tp + fp + fn),
        iou: tp / (tp + fp + fn),
      };
    };
    const { dense, denseReal } = await evaluate([model], reference, padded, { threshold });
    const all = figures(() => true);
    const real = figures((i) => i % 40 >= 30 - Math.floor(i / 40));
    expect(real.precision).not.toBe(all.precision);
    expect(real.recall).not.toBe(all.recall);
    for (const name of ['precision', 'recall', 'f1', 'iou'] as const) {
      expect(dense![name]).toBeCloseTo(all[name], 12);
      expect(denseReal![name]).toBeCloseTo(real[name], 12);
    }
  });

  test('predicts nothing at padding that counts for nothing', async () => {
    const lengths = Array.from({ length: 13 }, (_, b) => 10 + b);
    const denseLabel = windows.denseLabel!.map((label, i) => (i % 40 < 30 - Math.floor(i / 40) ? 0 : label));
    const { dense, denseReal } = await evaluate(
      [model],
      config,
      { ...windows, denseLabel, lengths },
      { threshold: -1 },
    );
    expect(denseReal!.precision).toBeGreaterThan(0);
    expect(dense).toEqual(denseReal);
  });

  test("takes the model's own threshold unless told otherwise", async () => {
    const [own, other] = [
      await evaluate([model], { ...config, globalThreshold: 2 }, windows),
      await evaluate([model], { ...config, globalThreshold: 2 }, windows, { threshold: -1 }),
    ];
    expect(own.weak).toMatchObject({ threshold: 2, precision: 1, recall: 0 });
    expect(other.weak).toMatchObject({ threshold: -1, precision: 5 / 13, recall: 1 });
  });

  test('refuses windows of another shape or without weak labels', async () => {
    const shape = [13, 40, 3] as const;
    await expect(evaluate([model], config, { ...windows, shape })).rejects.toThrow(
      'for `windows.shape` but received [13, 40, 3]',
    );
    await expect(evaluate([model], config, { ...windows, weakLabel: undefined })).rejects.toThrow(
      '`windows.weakLabel`',
    );
  });

  test('stops at the signal, between two batches', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(evaluate([model], config, windows, { signal })).rejects.toThrow('enough');
  });

  test('leaves no tensor behind', async () => {
    const before = tf.memory();
    await evaluate([model], config, windows, { batchSize: 4 });
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});

test('a split without an anomalous window has no threshold', () => {
  expect(sweepThreshold({ weakScore: Float32Array.of(0.1, 0.9), weakLabel: Uint8Array.of(0, 0) })).toBeUndefined();
  expect(sweepThreshold({ weakScore: Float32Array.of(0.1, 0.9), weakLabel: Uint8Array.of(0, 1) })).toBeCloseTo(0.9, 6);
});

describe('evaluateEpoch', () => {
  // Untrained: the figures of valid alone and of both splits differ.
  let untrained: DiCNN;
  let trainScores: SplitScores;
  let validScores: SplitScores;
  const options = tinyOptions({ config });
  beforeAll(async () => {
    untrained = new DiCNN(config, { biasInit: 'normal', random: randomStreams(1).init });
    trainScores = await scoreSplit([untrained], config, options.train);
    validScores = await scoreSplit([untrained], config, options.validation!);
  });
  afterAll(() => untrained.dispose());

  const both = () => ({
    score: [...trainScores.weakScore, ...validScores.weakScore],
    label: [...trainScores.weakLabel, ...validScores.weakLabel],
  });
  const figures = (score: ArrayLike<number>, label: ArrayLike<number>) => ({
    auc: rocAuc(score, label),
    auprc: averagePrecision(score, label),
    bestF1: bestF1(score, label).f1,
  });

  test('sweeps the threshold over train and valid together', async () => {
    const { score, label } = both();
    const { threshold, valid, test: tested } = await evaluateEpoch(untrained, config, 0.5, options, {});
    expect(threshold).toBe(bestF1(score, label).threshold);
    expect(threshold).not.toBe(bestF1(validScores.weakScore, validScores.weakLabel).threshold);
    expect(valid!.weak.threshold).toBe(threshold);
    expect(tested!.weak.threshold).toBe(threshold);
  });

  test('valid: AUC, AUPRC and best F1 of the watched split, precision and recall of valid at the threshold before', async () => {
    const before = validScores.weakScore[0];
    const { precision, recall, f1 } = weakMetrics(validScores, before);
    const { score, label } = both();
    const ofBoth = figures(score, label);
    const ofValid = figures(validScores.weakScore, validScores.weakLabel);
    expect(ofBoth).not.toEqual(ofValid);
    const alone = await evaluateEpoch(untrained, config, before, options, {});
    expect(alone.valid!.weak).toMatchObject({ ...ofValid, precision, recall, f1 });
    expect(alone.criterion).toBe(ofValid.bestF1);
    const together = await evaluateEpoch(untrained, config, before, { ...options, stoppingSplit: 'trainAndValid' }, {});
    expect(together.valid!.weak).toMatchObject({ ...ofBoth, precision, recall, f1 });
    expect(together.criterion).toBe(ofBoth.bestF1);
  });

  test('early stopping may watch the loss', async () => {
    const { criterion, valid } = await evaluateEpoch(untrained, config, 0.5, { ...options, stopping: 'loss' }, {});
    expect(criterion).toBe(valid!.loss);
  });

  test('without validation the threshold is of train alone', async () => {
    const evaluation = await evaluateEpoch(untrained, config, 0.5, { ...options, validation: undefined }, {});
    expect(evaluation.threshold).toBe(bestF1(trainScores.weakScore, trainScores.weakLabel).threshold);
    expect(evaluation).not.toHaveProperty('criterion');
    expect(evaluation).not.toHaveProperty('valid');
  });
});

test('the scores of two splits together, however many', () => {
  const scores = (count: number, score: number, label: number) => ({
    weakScore: new Float32Array(count).fill(score),
    weakLabel: new Uint8Array(count).fill(label),
  });
  const { weakScore, weakLabel } = together(scores(200_000, 0.25, 0), scores(100_000, 0.75, 1));
  expect([weakScore.length, weakLabel.length]).toEqual([300_000, 300_000]);
  expect([weakScore[0], weakScore[199_999], weakScore[200_000], weakScore[299_999]]).toEqual([0.25, 0.25, 0.75, 0.75]);
  expect([weakLabel.indexOf(1), weakLabel.lastIndexOf(0)]).toEqual([200_000, 199_999]);
});
