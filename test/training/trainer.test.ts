import * as tf from '@tensorflow/tfjs';
import type { Windows } from '../../ts/data';
import type { Weights } from '../../ts/model/parameters';
import { loadBinding } from '../../ts/native/loadBinding';
import { type BackendName, useBackend } from '../../ts/tfjs';
import type { NativeBackend } from '../../ts/tfjs/native/NativeBackend';
import type { EpochRecord } from '../../ts/training/records';
import { train, type TrainResult } from '../../ts/training/trainer';
import type { StepRecord, TrainOptions } from '../../ts/training/trainOptions';
import { tinyConfig, tinyOptions, tinyWindows } from './tinyRun';

beforeAll(() => useBackend('native'));

async function run(options: Partial<TrainOptions> = {}): Promise<TrainResult> {
  const result = await train(tinyOptions(options));
  result.model.dispose();
  return result;
}

const bits = (weights: Weights) => new Map([...weights].map(([name, { data }]) => [name, Buffer.from(data.buffer)]));
const sameBits = (a: TrainResult, b: TrainResult) => {
  expect(bits(a.last.weights)).toEqual(bits(b.last.weights));
  expect(bits(a.best.weights)).toEqual(bits(b.best.weights));
};
const withoutPoints = ({ denseLabel: _, ...windows }: Windows): Windows => windows;
const withoutTime = (history: EpochRecord[]) => history.map(({ seconds: _, ...record }) => record);

describe('training', () => {
  test('learns the bursts', async () => {
    const { history, report } = await run({ nEpochs: 30, config: tinyConfig() });
    expect(history.at(-1)!.train.loss).toBeLessThan(0.3 * history[0].train.loss);
    expect(history.at(-1)!.test!.weak.auc).toBe(1);
    expect(history.at(-1)!.test!.dense!.f1).toBeGreaterThan(0.7);
    expect(report!.test!.weak.f1).toBeGreaterThan(0.7);
  });

  test('reports every step, the last batch of an epoch included, and every epoch', async () => {
    const steps: StepRecord[] = [];
    const epochs: EpochRecord[] = [];
    const { history } = await run({
      nEpochs: 2,
      onStep: (step) => steps.push(step),
      onEpoch: (record) => epochs.push(record),
    });
    expect(steps.map(({ epoch, step, steps: of }) => [epoch, step, of])).toEqual(
      [1, 2].flatMap((epoch) => [1, 2, 3, 4].map((step) => [epoch, step, 4])),
    );
    // 14 windows in batches of 4, 4, 4 and 2.
    const [a, b, c, d] = steps.map(({ loss }) => loss);
    expect(epochs[0].train.loss).toBeCloseTo((4 * a + 4 * b + 4 * c + 2 * d) / 14, 10);
    expect(epochs[0].train.loss).toBeCloseTo(epochs[0].train.classification + epochs[0].train.alignment, 6);
    expect(epochs).toEqual(history);
    expect(epochs.map(({ epoch, nEpochs, steps: of }) => [epoch, nEpochs, of])).toEqual([
      [1, 2, 4],
      [2, 2, 4],
    ]);
  });

  test('gives its memory back before the last figures are taken', async () => {
    const { pool } = tf.backend() as NativeBackend;
    let inTraining = 0;
    await run({
      validation: undefined,
      test: undefined,
      nEpochs: 1,
      onStep: () => (inTraining = Math.max(inTraining, pool.memory().bytesFree)),
    });
    expect(inTraining).toBeGreaterThan(0);
    expect(pool.memory().bytesFree).toBe(0);
  });

  test('leaves no tensor behind', async () => {
    const before = tf.memory();
    await run({ nEpochs: 2 });
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });

  test('takes no more memory with every step', async () => {
    const { pool } = tf.backend() as NativeBackend;
    const seen: object[] = [];
    await run({
      nEpochs: 13,
      onStep: ({ step }) => {
        // The batches of an epoch are of two sizes: compare the same step of each.
        const { numTensors, numDataBuffers, numBytes } = tf.memory();
        if (step === 4) seen.push({ numTensors, numDataBuffers, numBytes, ...pool.memory() });
      },
    });
    expect(seen).toHaveLength(13);
    for (const memory of seen.slice(2)) expect(memory).toEqual(seen[1]);
  });

  test.each<BackendName>(['cpu', 'wasm'])('gives on %s what it gives on native', async (backend) => {
    const native = await run({ nEpochs: 1 });
    await useBackend(backend);
    try {
      const before = tf.memory().numTensors;
      const other = await run({ nEpochs: 1 });
      expect(other.history[0].train.loss).toBeCloseTo(native.history[0].train.loss, 5);
      expect(other.history[0].valid!.loss).toBeCloseTo(native.history[0].valid!.loss, 5);
      expect(tf.memory().numTensors).toBe(before);
    } finally {
      await useBackend('native');
    }
  });

  test('takes windows of nothing but padding where padding counts as data, and refuses them where it is masked', async () => {
    const empty = { ...tinyWindows(14, 1), lengths: Int32Array.from({ length: 14 }, (_, b) => (b === 1 ? 0 : 40)) };
    const { history } = await run({ train: empty, nEpochs: 1, config: tinyConfig({ padding: 'reference' }) });
    expect(history[0].train.loss).toBeGreaterThan(0);
    await expect(run({ train: empty })).rejects.toThrow(
      'expected an integer in [1, 40] for `train.lengths[1]` but received 0',
    );
  });

  test('works without validation: the last state is the result', async () => {
    const { best, last, history, report } = await run({ validation: undefined });
    expect(best).toBe(last);
    expect(best.epoch).toBe(4);
    expect(history[0].valid).toBeUndefined();
    expect(report!.valid).toBeUndefined();
    expect(report!.retaken).toBeUndefined();
    expect(report!.test!.weak.threshold).toBe(last.threshold);
  });

  test('works without test, and with a test split without point labels', async () => {
    const [full, none, weak] = [
      await run(),
      await run({ test: undefined }),
      await run({ test: withoutPoints(tinyWindows(8, 3)) }),
    ];
    expect(none.history[0].test).toBeUndefined();
    expect(none.report!.test).toBeUndefined();
    expect(weak.history[0].test!.dense).toBeUndefined();
    expect(weak.history[0].test!.weak).toEqual(full.history[0].test!.weak);
    expect(full.history[0].test!.dense).toBeDefined();
    sameBits(none, full);
    sameBits(weak, full);
  });

  test('refuses what it cannot train', async () => {
    const allNormal = { ...tinyWindows(6, 1), weakLabel: new Uint8Array(6) };
    const noLabels = { ...tinyWindows(6, 1), weakLabel: undefined };
    await expect(run({ train: allNormal })).rejects.toThrow(
      'expected at least one anomalous window for `train.weakLabel`',
    );
    await expect(run({ validation: allNormal })).rejects.toThrow('for `validation.weakLabel`');
    await expect(run({ train: noLabels })).rejects.toThrow(
      'expected 6 labels for `train.weakLabel` but received undefined',
    );
    await expect(run({ batchSize: 0 })).rejects.toThrow('expected an integer >= 1 for `batchSize` but received 0');
    await expect(run({ learningRate: NaN })).rejects.toThrow('`learningRate`');
    await expect(run({ seed: -1 })).rejects.toThrow('`seed`');
    await expect(run({ resume: true })).rejects.toThrow('`checkpointDir`');
    await expect(run({ config: tinyConfig({ splitSize: 30 }) })).rejects.toThrow('`train.shape`');
  });

  test('a loss that is no longer finite ends it in one sentence', async () => {
    const before = tf.memory().numTensors;
    await expect(run({ learningRate: 1e30 })).rejects.toThrow(
      /^expected a finite loss but received .* try a lower learningRate$/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('determinism', () => {
  test('the same options give the same bits, another seed others', async () => {
    const [a, b, other] = [await run(), await run(), await run({ seed: 8 })];
    sameBits(a, b);
    expect(withoutTime(a.history)).toEqual(withoutTime(b.history));
    expect(bits(other.last.weights)).not.toEqual(bits(a.last.weights));
  });

  test('at any number of threads', async () => {
    const binding = loadBinding();
    const info = { device: '', simd: '', threads: 0 };
    binding.deviceInfo(info);
    try {
      const results: TrainResult[] = [];
      for (const threads of [1, 2, 3]) {
        binding.setThreads(threads);
        results.push(await run());
      }
      sameBits(results[0], results[1]);
      sameBits(results[0], results[2]);
    } finally {
      binding.setThreads(info.threads);
    }
  });

  test('point labels of train and valid are never read', async () => {
    const full = await run();
    const { train: windows, validation } = tinyOptions();
    const weak = await run({ train: withoutPoints(windows), validation: withoutPoints(validation!) });
    sameBits(weak, full);
    expect(withoutTime(weak.history)).toEqual(withoutTime(full.history));
    expect({ ...weak.report }).toEqual({ ...full.report });
  });

  test('dropout is used in training and in training alone', async () => {
    const [withDropout, without] = [await run({ nEpochs: 1 }), await run({ nEpochs: 1, config: tinyConfig() })];
    expect(bits(withDropout.last.weights)).not.toEqual(bits(without.last.weights));
  });
});

describe('what steadies training', () => {
  /** The weights after each step, as the trainer leaves them. */
  async function stepByStep(options: Partial<TrainOptions>): Promise<Weights[]> {
    const seen: Weights[] = [];
    for (let nEpochs = 1; nEpochs <= 3; nEpochs++) {
      // One step an epoch.
      seen.push((await run({ batchSize: 14, config: tinyConfig(), nEpochs, ...options })).last.weights);
    }
    return seen;
  }

  test('ema: the average of the weights is what is evaluated, kept as best and saved', async () => {
    const plain = await stepByStep({});
    const averaged = await stepByStep({ ema: 0.15 });
    const start = (await run({ config: tinyConfig(), nEpochs: 1, learningRate: 1e-30 })).last.weights;
    for (const [name, { data }] of averaged[2]) {
      data.forEach((value, i) => {
        // After step n the average keeps min(0.15, n / (n + 10)) of itself.
        let expected = start.get(name)!.data[i];
        for (const [n, decay] of [1 / 11, 0.15, 0.15].entries()) {
          expected = decay * expected + (1 - decay) * plain[n].get(name)!.data[i];
        }
        expect(value).toBeCloseTo(expected, 6);
      });
    }
    const one = await run({ batchSize: 14, config: tinyConfig(), nEpochs: 3, ema: 0.15, stopping: 'loss' });
    expect(bits(one.last.weights)).toEqual(bits(averaged[2]));
    // The report is made by a network of the best weights: its figures are those of the epoch.
    expect(one.report!.test).toEqual(one.history[one.best.epoch - 1].test);
    expect(one.best.weights).not.toEqual(plain[one.best.epoch - 1]);
  });

  test('ema leaves the training itself as it is', async () => {
    const losses = async (ema: number) => (await run({ ema })).history.map(({ train }) => train);
    expect(await losses(0.9)).toEqual(await losses(0));
  });

  test('cosine: warm-up and fall change the steps, by the schedule', async () => {
    // Steps are proportional to the learning rate as long as the gradients stay the same, which Adam makes of the first: 1/4, 2/4, 3/4, 4/4.
    const moved = async (options: Partial<TrainOptions>) => {
      const { last } = await run({ nEpochs: 1, batchSize: 14, config: tinyConfig(), ...options });
      return last.weights.get('fc.bias')!.data[0];
    };
    const full = await moved({});
    expect(await moved({ warmupEpochs: 4 })).toBeCloseTo(full / 4, 8);
    expect(await moved({ lrSchedule: 'cosine' })).toBe(full);
    const lastRates = async (options: Partial<TrainOptions>) => (await stepByStep(options))[2].get('fc.bias')!.data[0];
    expect(await lastRates({ lrSchedule: 'cosine' })).not.toBe(await lastRates({}));
  });

  test('clipGradNorm: a norm that is never reached changes no bit, a small one does', async () => {
    const free = await run({ nEpochs: 2 });
    sameBits(await run({ nEpochs: 2, clipGradNorm: 1e6 }), free);
    const clipped = await run({ nEpochs: 2, clipGradNorm: 1e-3 });
    expect(bits(clipped.last.weights)).not.toEqual(bits(free.last.weights));
    expect(Number.isFinite(clipped.history[1].train.loss)).toBe(true);
  });

  test.each<[string, Partial<TrainOptions>]>([
    ["'constant' or 'cosine' for `lrSchedule`", { lrSchedule: 'linear' as 'cosine' }],
    ["'zeros' or 'normal' for `biasInit`", { biasInit: 'ones' as 'zeros' }],
    ["'f1' or 'loss' for `stopping`", { stopping: 'auc' as 'f1' }],
    ["'valid' or 'trainAndValid' for `stoppingSplit`", { stoppingSplit: 'test' as 'valid' }],
    ['a number >= 0 for `warmupEpochs` but received -1', { warmupEpochs: -1 }],
    ['a number >= 0 for `clipGradNorm` but received NaN', { clipGradNorm: NaN }],
    ['a number in [0, 1) for `ema` but received 1', { ema: 1 }],
  ])('expects %s', async (message, options) => {
    await expect(run(options)).rejects.toThrow(`expected ${message}`);
  });

  test('leaves no tensor behind', async () => {
    const before = tf.memory();
    await run({ nEpochs: 2, ema: 0.9, clipGradNorm: 0.1, lrSchedule: 'cosine', warmupEpochs: 1 });
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});

describe('thresholds (docs/method.md section 6)', () => {
  test('precision and recall of valid are those of the threshold before the epoch, test has the one after it', async () => {
    const { history } = await run({ config: tinyConfig({ globalThreshold: 0.999 }) });
    // Nothing reaches 0.999 after one epoch.
    expect(history[0].valid!.weak).toMatchObject({ precision: 1, recall: 0, f1: 0 });
    for (const { valid, test } of history) expect(test!.weak.threshold).toBe(valid!.weak.threshold);
    expect(history[0].valid!.weak.threshold).not.toBe(0.999);
  });

  test('the state and the threshold of the best epoch are restored', async () => {
    const { history, best, last, config, report } = await run({ nEpochs: 6, stopping: 'loss', learningRate: 0.05 });
    const lowest = history.reduce((a, b) => (b.valid!.loss < a.valid!.loss ? b : a));
    expect(best.epoch).toBe(lowest.epoch);
    expect(last.epoch).toBe(6);
    expect(config.globalThreshold).toBe(lowest.valid!.weak.threshold);
    expect(report).toMatchObject({ threshold: best.threshold });
    expect(report!.test).toEqual(lowest.test);
    expect(report!.retaken!.valid!.weak.f1).toBe(report!.valid!.weak.bestF1);
  });

  test('stops when patience is exhausted', async () => {
    // At a learning rate this small no score changes its rank: the first epoch stays the best.
    const { history, best, stoppedEarly } = await run({
      nEpochs: 10,
      learningRate: 1e-12,
      patience: 2,
      config: tinyConfig(),
    });
    expect(best.epoch).toBe(1);
    expect(history).toHaveLength(4);
    expect(stoppedEarly).toBe(true);
  });
});
