import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { Wetas, type WetasConfig, type Windows } from '../../ts/model';
import { completeConfig } from '../../ts/model/config';
import { writeModel } from '../../ts/model/modelFolder';
import { initialWeights } from '../../ts/model/parameters';
import { encode } from '../../ts/model/safetensors';
import { fromStateDict } from '../../ts/model/stateDict';
import { useBackend } from '../../ts/tfjs';
import * as oracle from '../oracle/wetas';
import { referenceStateDict } from './referenceStateDict';
import { oracleWeights } from './smallCase';

const folder = mkdtempSync(path.join(os.tmpdir(), 'wetas-model-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => useBackend('native'));

const splitSize = 40;

/** Two channels of noise that is four times as loud in rows [start, end). */
function noise(rows: number, seed: number, start = 0, end = 0): Float64Array {
  const random = xoroshiro128plus(seed);
  return Float64Array.from({ length: 2 * rows }, (_, i) => {
    const row = Math.floor(i / 2);
    return (row >= start && row < end ? 4 : 1) * (2 * uniformFloat64(random) - 1);
  });
}

/** Windows of that noise, every second one with a loud part. */
function noisyWindows(count: number, seed: number): Windows {
  const data = new Float32Array(count * splitSize * 2);
  const weakLabel = new Uint8Array(count);
  const denseLabel = new Uint8Array(count * splitSize);
  for (let b = 0; b < count; b++) {
    weakLabel[b] = b % 2;
    const [start, end] = b % 2 ? [12, 24] : [0, 0];
    data.set(noise(splitSize, 1000 * seed + b, start, end), b * splitSize * 2);
    denseLabel.fill(1, b * splitSize + start, b * splitSize + end);
  }
  return { data, shape: [count, splitSize, 2], weakLabel, denseLabel };
}

const sizes = { hiddenSize: 8, outputSize: 8, nLayers: 3 };
let model: Wetas;
const trained = { train: noisyWindows(32, 1), validation: noisyWindows(16, 2), test: noisyWindows(16, 3) };

async function fit(config: Partial<WetasConfig> = {}, options: object = {}): Promise<Wetas> {
  const { train, validation } = trained;
  // 160 steps are too few for what steadies longer trainings.
  const short = {
    nEpochs: 40,
    batchSize: 8,
    learningRate: 5e-3,
    lrSchedule: 'constant' as const,
    clipGradNorm: 0,
    stoppingWindow: 1,
    ema: 0,
  };
  return Wetas.fit(train, { ...sizes, ...config }, { validation, ...short, ...options });
}

beforeAll(async () => {
  model = await fit();
}, 120_000);
afterAll(() => model.dispose());

describe('fit, evaluate and segment', () => {
  it('learns from weak labels where the loud parts are', async () => {
    const record = await model.evaluate(trained.test);
    expect(record.weak.f1).toBeGreaterThan(0.9);
    expect(record.dense!.f1).toBeGreaterThan(0.6);
    const { segments, weakScore, denseScore, labelPosterior } = await model.segment({
      data: noise(120, 9, 52, 64),
      channels: 2,
    });
    expect([weakScore.length, denseScore.length, labelPosterior.length]).toEqual([3, 120, 120]);
    expect(segments).toHaveLength(1);
    const [{ start, end, confidence }] = segments;
    expect(Math.min(end, 64) - Math.max(start, 52)).toBeGreaterThan(6);
    expect(confidence).toBeGreaterThan(0.5);
    expect(confidence).toBeLessThanOrEqual(1);
    const mean = labelPosterior.slice(start, end).reduce((sum, value) => sum + value, 0) / (end - start);
    expect(confidence).toBeCloseTo(mean, 6);
  });

  it('never reads point labels in training', async () => {
    const { denseLabel: _, ...train } = trained.train;
    const { denseLabel: __, ...validation } = trained.validation;
    const seen = await Wetas.fit(trained.train, sizes, { validation: trained.validation, nEpochs: 2 });
    const unseen = await Wetas.fit(train, sizes, { validation, nEpochs: 2 });
    await seen.save(path.join(folder, 'seen'));
    await unseen.save(path.join(folder, 'unseen'));
    const weights = ['seen', 'unseen'].map((name) => readFileSync(path.join(folder, name, 'model.safetensors')));
    expect(weights[0].equals(weights[1])).toBe(true);
    expect(seen.config).toEqual(unseen.config);
    seen.dispose();
    unseen.dispose();
  });

  it('rejects with the reason of an aborted signal, leaving no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const onStep = () => controller.abort(new Error('enough'));
    await expect(fit({}, { signal: controller.signal, onStep })).rejects.toThrow('enough');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses what is no set of windows, or a config that does not fit it', async () => {
    await expect(Wetas.fit(undefined as unknown as Windows)).rejects.toThrow(
      'expected windows for `windows` but received',
    );
    await expect(Wetas.fit(trained.train, { channels: 3 })).rejects.toThrow(
      'expected [at least 1, 40, 3], as the config',
    );
    await expect(Wetas.fit(trained.train, { granularity: 39 })).rejects.toThrow('for `granularity` but received 39');
    await expect(model.evaluate(undefined as unknown as Windows)).rejects.toThrow(
      'expected windows for `windows` but received undefined',
    );
  });

  it.each([
    [{ nEpoch: 3 }, 'expected only the keys validation, test, nEpochs, '],
    [{ stoppingSplit: 'valid' }, 'for `options` but received "stoppingSplit"'],
    [null, 'expected an object for `options` but received null'],
    [{ stopping: 'auc' }, "expected 'f1' or 'loss' for `stopping` but received \"auc\""],
    [{ lrSchedule: 'linear' }, "expected 'constant' or 'cosine' for `lrSchedule` but received \"linear\""],
    [{ patience: -1 }, 'expected an integer >= 0 for `patience` but received -1'],
  ])('refuses the options %j', async (options, message) => {
    await expect(Wetas.fit(trained.train, sizes, options as object)).rejects.toThrow(message);
  });

  it('takes an undefined option as an absent one', async () => {
    const undefinedOptions = { batchSize: undefined, seed: undefined, stopping: undefined, lrSchedule: undefined };
    const models = [];
    for (const options of [{}, { ...undefinedOptions, backend: undefined, warmupEpochs: undefined }]) {
      const fitted = await Wetas.fit(trained.train, sizes, { ...options, nEpochs: 1 });
      await fitted.save(path.join(folder, 'undefined'));
      models.push(readFileSync(path.join(folder, 'undefined', 'model.safetensors')));
      fitted.dispose();
    }
    expect(models[0].equals(models[1])).toBe(true);
  });

  it('says in a sentence that a model was disposed, once or twice', async () => {
    const fitted = await Wetas.fit(trained.train, { ...sizes, context: 'causal' }, { nEpochs: 1 });
    fitted.dispose();
    fitted.dispose();
    const sentence = (method: string) => `expected a model for \`${method}\` but it was disposed: load it again`;
    const series = { data: noise(50, 1), channels: 2 };
    await expect(fitted.segment(series)).rejects.toThrow(sentence('segment'));
    await expect(fitted.evaluate(trained.test)).rejects.toThrow(sentence('evaluate'));
    await expect(fitted.save(path.join(folder, 'disposed'))).rejects.toThrow(sentence('save'));
    expect(() => fitted.stream()).toThrow(sentence('stream'));
  });

  it.each([undefined, null, 3])('segment refuses %p as a series', async (series) => {
    await expect(model.segment(series as never)).rejects.toThrow(
      `expected an object of data and channels for \`series\` but received ${series}`,
    );
  });
});

describe('windows are refused, by name, where', () => {
  const wrong: [string, (windows: Required<Windows>) => object, string][] = [
    ['they are no float32', ({ data }) => ({ data: Float64Array.from(data) }), 'a Float32Array for `windows.data` but'],
    ['they are too few', ({ data }) => ({ data: data.slice(1) }), 'expected 1280 numbers, as its shape says, for'],
    [
      'a value is NaN',
      ({ data }) => ({ data: data.with(7, NaN) }),
      'a finite number for `windows.data[7]` but received NaN',
    ],
    [
      'there are no labels',
      () => ({ weakLabel: undefined }),
      'expected 16 labels for `windows.weakLabel` but received undefined',
    ],
    [
      'a label is 2',
      ({ weakLabel }) => ({ weakLabel: weakLabel.with(3, 2) }),
      '0 or 1 for `windows.weakLabel[3]` but received 2',
    ],
    [
      'a point label is 2',
      ({ denseLabel }) => ({ denseLabel: denseLabel.with(9, 2) }),
      '0 or 1 for `windows.denseLabel[9]`',
    ],
    ['lengths are too few', () => ({ lengths: [40] }), 'expected 16 lengths for `windows.lengths` but received 1'],
    [
      'a window is all padding',
      () => ({ lengths: new Array(16).fill(0) }),
      'an integer in [1, 40] for `windows.lengths[0]`',
    ],
  ];
  it.each(wrong)('%s', async (_, change, message) => {
    const windows = trained.test as Required<Windows>;
    await expect(model.evaluate({ ...windows, ...change(windows) })).rejects.toThrow(message);
  });
});

describe('segment', () => {
  /** By the oracle: windows of the scaled series with zeros in front, one after the other. */
  function expected(series: number[][], config: WetasConfig, weights: oracle.OracleWeights) {
    const means = series[0].map((_, c) => series.reduce((sum, row) => sum + row[c], 0) / series.length);
    const deviations = means.map((mean, c) =>
      Math.sqrt(series.reduce((sum, row) => sum + (row[c] - mean) ** 2, 0) / series.length),
    );
    const scaled = series.map((row) => row.map((value, c) => (value - means[c]) / deviations[c]));
    const { splitSize: T } = config;
    const padding = T - (series.length % T);
    const drop = padding === T && config.padding === 'masked' ? T : 0;
    const rows = [...Array.from({ length: padding }, () => [0, 0]), ...scaled].slice(drop);
    const real = rows.map((_, t) => t >= padding - drop);
    const result = { weakScore: [] as number[], denseScore: [] as number[], posterior: [] as number[] };
    for (let start = 0; start < rows.length; start += T) {
      const [window, isReal] = [rows.slice(start, start + T), real.slice(start, start + T)];
      const valid = config.padding === 'masked' ? isReal : isReal.map(() => true);
      const { weakLogit, denseLogit } = oracle.network(window, valid, weights, config);
      const weakScore = 1 / (1 + Math.exp(-weakLogit));
      const gate = weakScore >= config.globalThreshold ? 1 : 0;
      const { posterior } = oracle.segmentation(denseLogit, gate, valid, config);
      result.weakScore.push(weakScore);
      for (let t = 0; t < T; t++) {
        if (!isReal[t]) continue;
        result.denseScore.push(1 / (1 + Math.exp(-denseLogit[t])));
        result.posterior.push(posterior[t]);
      }
    }
    return result;
  }

  it.each([
    ['masked', 25],
    ['masked', 24],
    ['masked', 3],
    // More windows than are scored at a time.
    ['masked', 300],
    ['reference', 25],
    ['reference', 24],
  ] as const)('gives rows of the series with padding %s and %i rows in windows of 8', async (padding, length) => {
    const scaler = { kind: 'file' } as const;
    const change = { channels: 2, splitSize: 8, granularity: 3, hiddenSize: 3, outputSize: 3, nLayers: 2 };
    const config = completeConfig({ ...change, padding, scaler, globalThreshold: 0 });
    const weights = initialWeights(config, { biasInit: 'zeros', random: xoroshiro128plus(6) });
    const at = path.join(folder, `${padding}-${length}`);
    await writeModel(at, config, [weights]);
    const loaded = await Wetas.load(at);
    const data = noise(length, 4);
    const result = await loaded.segment({ data, channels: 2 });
    loaded.dispose();

    const rows = Array.from({ length }, (_, t) => Array.from(data.subarray(2 * t, 2 * t + 2)));
    const { weakScore, denseScore, posterior } = expected(rows, config, oracleWeights(weights));
    const close = (received: Float32Array, values: number[]) => {
      expect(received).toHaveLength(values.length);
      values.forEach((value, i) => expect(received[i]).toBeCloseTo(value, 4));
    };
    close(result.weakScore, weakScore);
    close(result.denseScore, denseScore);
    close(result.labelPosterior, posterior);
    if (length >= 24) expect(result.segments).not.toEqual([]);
    for (const { start, end, confidence } of result.segments) {
      expect(0 <= start && start < end && end <= length).toBe(true);
      const sum = posterior.slice(start, end).reduce((total, value) => total + value, 0);
      expect(confidence).toBeCloseTo(sum / (end - start), 4);
    }
  });

  it('takes float32 series too, and leaves the series and the number of tensors as they were', async () => {
    const data = noise(50, 5);
    const copy = data.slice();
    const before = tf.memory().numTensors;
    const result = await model.segment({ data: Float32Array.from(data), channels: 2 });
    expect(result.denseScore).toHaveLength(50);
    await model.segment({ data, channels: 2 });
    expect(data).toEqual(copy);
    expect(tf.memory().numTensors).toBe(before);
  });

  const wrong: [string, { data: unknown; channels: number }, object | undefined, string][] = [
    ['no typed array', { data: [1, 2], channels: 2 }, {}, 'expected a Float32Array or Float64Array for `series.data`'],
    [
      'other channels',
      { data: noise(50, 1), channels: 1 },
      {},
      'expected 2, as in training, for `series.channels` but received 1',
    ],
    [
      'half a row',
      { data: new Float64Array(3), channels: 2 },
      {},
      'expected rows of 2 values, at least one, for `series.data`',
    ],
    [
      'no row',
      { data: new Float64Array(0), channels: 2 },
      {},
      'expected rows of 2 values, at least one, for `series.data`',
    ],
    ['NaN', { data: Float64Array.of(1, 2, 3, NaN), channels: 2 }, {}, 'row 1, column 1'],
    [
      'another scoring',
      { data: noise(50, 1), channels: 2 },
      { scoring: 'rows' },
      "expected 'windows' or 'continuous' for `scoring`",
    ],
  ];
  it.each(wrong)('refuses %s', async (_, series, options, message) => {
    await expect(model.segment(series as never, options)).rejects.toThrow(message);
  });
});

describe('an ensemble', () => {
  const options = { validation: trained.validation, nEpochs: 3, batchSize: 8, learningRate: 5e-3 };
  const series = { data: noise(100, 7, 20, 40), channels: 2 };
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  let ensemble: Wetas;
  let members: Wetas[];
  beforeAll(async () => {
    ensemble = await Wetas.fit(trained.train, { ...sizes, members: 3 }, { ...options, seed: 4 });
    members = [];
    for (const seed of [4, 5, 6]) members.push(await Wetas.fit(trained.train, sizes, { ...options, seed }));
  });
  afterAll(() => [ensemble, ...members].forEach((one) => one.dispose()));

  it('gives the mean of the probabilities of networks that differ in their seed', async () => {
    const whole = await ensemble.segment(series);
    const each = await Promise.all(members.map((member) => member.segment(series)));
    for (const score of ['weakScore', 'denseScore'] as const) {
      whole[score].forEach((value, i) => expect(value).toBeCloseTo(mean(each.map((one) => one[score][i])), 6));
    }
    expect(new Set(each.map(({ weakScore }) => weakScore[0])).size).toBe(3);
  });

  it('has a threshold of its own, and figures that go with its mean scores', async () => {
    expect(ensemble.config).toMatchObject({ formatVersion: 2, members: 3 });
    expect(members.map(({ config }) => config.globalThreshold)).not.toContain(ensemble.config.globalThreshold);
    const record = await ensemble.evaluate(trained.test);
    expect(record.weak.threshold).toBe(ensemble.config.globalThreshold);
    expect(record.classification).toBeLessThan(
      mean(await Promise.all(members.map(async (member) => (await member.evaluate(trained.test)).classification))),
    );
  });

  it('is saved as one folder, and loaded and saved again with the same bits', async () => {
    const [at, again] = [path.join(folder, 'ensemble'), path.join(folder, 'ensemble-again')];
    await ensemble.save(at);
    const loaded = await Wetas.load(at);
    expect(loaded.config).toEqual(ensemble.config);
    expect(await loaded.segment(series)).toEqual(await ensemble.segment(series));
    await loaded.save(again);
    loaded.dispose();
    const files = [at, again].map((where) => readFileSync(path.join(where, 'model.safetensors')));
    expect(files[0].equals(files[1])).toBe(true);
    expect(readFileSync(path.join(at, 'config.json'), 'utf8')).toContain('"formatVersion": 2');
  });

  it('is refused where its weights are of more or fewer members than its config says', async () => {
    const at = path.join(folder, 'members');
    await ensemble.save(at);
    const config = readFileSync(path.join(at, 'config.json'), 'utf8');
    writeFileSync(path.join(at, 'config.json'), config.replace('"members": 3', '"members": 2'));
    await expect(Wetas.load(at)).rejects.toThrow(
      /model\.safetensors is not readable: expected parameters of 2 members alone for `weights` but received "members\.2\.entry\.filter"/,
    );
    writeFileSync(path.join(at, 'config.json'), config.replace('"members": 3', '"members": 4'));
    await expect(Wetas.load(at)).rejects.toThrow('for `entry.filter` but received undefined');
  });

  it('leaves no tensor behind where the training of one of its networks fails', async () => {
    const before = tf.memory().numTensors;
    let epochs = 0;
    const onEpoch = () => {
      if (++epochs === 5) throw new Error('from the callback');
    };
    await expect(Wetas.fit(trained.train, { ...sizes, members: 2 }, { ...options, onEpoch })).rejects.toThrow(
      'from the callback',
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is trained on from its checkpoints, with the same bits', async () => {
    const checkpointDir = path.join(folder, 'ensemble-run');
    const controller = new AbortController();
    let epochs = 0;
    // In the second epoch of the second network.
    const onEpoch = () => ++epochs === 4 && controller.abort(new Error('enough'));
    const run = { ...options, seed: 4, checkpointDir };
    const config = { ...sizes, members: 3 };
    const before = tf.memory().numTensors;
    await expect(Wetas.fit(trained.train, config, { ...run, signal: controller.signal, onEpoch })).rejects.toThrow(
      'enough',
    );
    expect(tf.memory().numTensors).toBe(before);
    let more = 0;
    const resumed = await Wetas.fit(trained.train, config, { ...run, resume: true, onEpoch: () => more++ });
    expect([epochs, more]).toEqual([4, 5]);
    expect(await resumed.segment(series)).toEqual(await ensemble.segment(series));
    resumed.dispose();
  });
});

describe('save and load', () => {
  it('give the same scores and the same config', async () => {
    const at = path.join(folder, 'new', 'folder');
    await model.save(at);
    const loaded = await Wetas.load(at);
    expect(loaded.config).toEqual(model.config);
    const series = { data: noise(100, 7, 20, 40), channels: 2 };
    expect(await loaded.segment(series)).toEqual(await model.segment(series));
    loaded.dispose();
  });

  it('read a PyTorch state dict of the reference, with or without a config', async () => {
    const at = path.join(folder, 'pytorch');
    const shape = { channels: 2, hiddenSize: 3, outputSize: 4, kernelSize: 2, nLayers: 2 };
    const stateDict = referenceStateDict(shape);
    const config = completeConfig({ ...shape, splitSize: 20, scaler: { kind: 'none' } });
    await writeModel(at, config, [stateDict]);
    const withConfig = await Wetas.load(at);
    expect(withConfig.config).toEqual(config);
    withConfig.dispose();
    rmSync(path.join(at, 'config.json'));
    const without = await Wetas.load(at);
    expect(without.config).toEqual(completeConfig({ ...shape, scaler: { kind: 'file' } }, 'reference'));
    const resaved = path.join(folder, 'resaved');
    await without.save(resaved);
    without.dispose();
    const ours = readFileSync(path.join(resaved, 'model.safetensors'));
    expect(ours.equals(encode(fromStateDict(stateDict).weights))).toBe(true);
  });

  it('fail in one sentence that names the file', async () => {
    const at = path.join(folder, 'damaged');
    await expect(Wetas.load(at)).rejects.toThrow(
      /^expected a saved model but .*model\.safetensors is not readable: ENOENT/,
    );
    await model.save(at);
    const config = readFileSync(path.join(at, 'config.json'), 'utf8');
    writeFileSync(path.join(at, 'config.json'), config.replace('"gamma": 0.1', '"gamma": -1'));
    await expect(Wetas.load(at)).rejects.toThrow(/config\.json is not readable: expected a number > 0 for `gamma` but/);
    writeFileSync(path.join(at, 'config.json'), config.replace('"hiddenSize": 8', '"hiddenSize": 9'));
    await expect(Wetas.load(at)).rejects.toThrow(
      'expected float32 values of shape [2, 2, 9] for `entry.filter` but received',
    );
    writeFileSync(path.join(at, 'config.json'), '{');
    await expect(Wetas.load(at)).rejects.toThrow(/config\.json is not readable: /);
    writeFileSync(path.join(at, 'model.safetensors'), 'nonsense');
    await expect(Wetas.load(at)).rejects.toThrow(/model\.safetensors is not readable: expected at most 0 bytes for/);
  });
});

it('dispose frees every tensor of a model', async () => {
  const before = tf.memory().numTensors;
  const at = path.join(folder, 'disposed');
  await model.save(at);
  const loaded = await Wetas.load(at);
  expect(tf.memory().numTensors).toBeGreaterThan(before);
  loaded.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
