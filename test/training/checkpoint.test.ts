import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadCheckpoint, saveCheckpoint, type TrainingState } from '../../ts/training/checkpoint';
import type { Weights } from '../../ts/model/parameters';

const weights = (scale: number): Weights =>
  new Map([
    ['entry.filter', { shape: [2, 1, 2], data: Float32Array.of(1, 2, 3, 4).map((x) => x * scale) }],
    ['fc.bias', { shape: [1], data: Float32Array.of(Math.fround(0.1) * scale) }],
  ]);

const state: TrainingState = {
  epoch: 3,
  weights: weights(1),
  average: weights(0.9),
  adam: { step: 45, m: weights(1e-3), v: weights(1e-30) },
  random: { shuffle: [1, -2, 3, 2 ** 31 - 1], dropout: [0, 0, -(2 ** 31), 5] },
  threshold: 0.1 + 0.2,
  stopping: { best: 1 / 3, epochsWithoutImprovement: 2, stopped: false },
  best: { epoch: 1, threshold: 0.25, weights: weights(2) },
  history: [
    { epoch: 1, nEpochs: 4, steps: 15, seconds: 0.5, train: { loss: 0.7, classification: 0.6, alignment: 0.1 } },
    { epoch: 2, nEpochs: 4, steps: 15, seconds: 0.5, train: { loss: NaN, classification: 0.6, alignment: 0.1 } },
  ],
};
const run = { hiddenSize: 8, learningRate: 1e-4, channelNames: undefined };

describe('checkpoint', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'wetas-checkpoint-'))));
  afterEach(() => rm(folder, { recursive: true }));

  test('gives back every bit', async () => {
    await saveCheckpoint(folder, run, state);
    const loaded = await loadCheckpoint(folder, run);
    expect(withPlainWeights(loaded)).toEqual(withPlainWeights(state));
    expect([...loaded.weights.keys()]).toEqual([...state.weights.keys()]);
  });

  test('without a best state and an average', async () => {
    await saveCheckpoint(folder, run, { ...state, best: undefined, average: undefined });
    const { best, average } = await loadCheckpoint(folder, run);
    expect([best, average]).toEqual([undefined, undefined]);
  });

  test('is one file, replaced as a whole', async () => {
    await saveCheckpoint(folder, run, state);
    await saveCheckpoint(folder, run, { ...state, epoch: 4 });
    expect(await readdir(folder)).toEqual(['checkpoint.safetensors']);
    expect((await loadCheckpoint(folder, run)).epoch).toBe(4);
  });

  test('of another run is refused in one sentence', async () => {
    await saveCheckpoint(folder, run, state);
    await expect(loadCheckpoint(folder, { ...run, hiddenSize: 16 })).rejects.toThrow(
      'expected 8, as in the checkpoint to resume from, for `hiddenSize` but received 16',
    );
    await expect(loadCheckpoint(folder, { ...run, channelNames: ['a'] })).rejects.toThrow(
      'for `channelNames` but received ["a"]',
    );
  });

  test('of before there was a choice of precision is one in float32', async () => {
    await saveCheckpoint(folder, run, state);
    expect((await loadCheckpoint(folder, { ...run, precision: 'float32' })).epoch).toBe(3);
    await expect(loadCheckpoint(folder, { ...run, precision: 'bf16' })).rejects.toThrow(
      'expected "float32", as in the checkpoint to resume from, for `precision` but received "bf16"',
    );
  });

  test('that is absent or no checkpoint is refused', async () => {
    await expect(loadCheckpoint(folder, run)).rejects.toThrow(
      /^expected a checkpoint to resume from in .*checkpoint\.safetensors/,
    );
    await writeFile(path.join(folder, 'checkpoint.safetensors'), 'not a checkpoint');
    await expect(loadCheckpoint(folder, run)).rejects.toThrow(/safetensors/);
  });

  test('that is cut short is refused by its name', async () => {
    await saveCheckpoint(folder, run, state);
    const file = path.join(folder, 'checkpoint.safetensors');
    const { length } = await readFile(file);
    for (const left of [length - 1, 500, 4, 0]) {
      await truncate(file, left);
      await expect(loadCheckpoint(folder, run)).rejects.toThrow(
        `expected a checkpoint but ${file} is damaged: expected `,
      );
    }
  });
});

function withPlainWeights({ weights, average, adam, best, ...rest }: TrainingState) {
  const plain = (map: Weights) =>
    Object.fromEntries([...map].map(([name, { shape, data }]) => [name, { shape, data: [...data] }]));
  return {
    ...rest,
    weights: plain(weights),
    average: plain(average!),
    adam: { ...adam, m: plain(adam.m), v: plain(adam.v) },
    best: best && { ...best, weights: plain(best.weights) },
  };
}
