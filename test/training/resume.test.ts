import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Weights } from '../../ts/model/parameters';
import { useBackend } from '../../ts/tfjs';
import { train, type TrainResult } from '../../ts/training/trainer';
import type { TrainOptions } from '../../ts/training/trainOptions';
import { tinyConfig, tinyOptions, tinyWindows } from './tinyRun';

let folder: string;
beforeAll(() => useBackend('native'));
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'wetas-resume-'))));
afterEach(() => rm(folder, { recursive: true }));

async function run(options: Partial<TrainOptions> = {}): Promise<TrainResult> {
  const result = await train(tinyOptions(options));
  result.model.dispose();
  return result;
}

const resume = (options: Partial<TrainOptions> = {}) => run({ checkpointDir: folder, resume: true, ...options });

function expectSameRun(a: TrainResult, b: TrainResult): void {
  const bits = (weights: Weights) => new Map([...weights].map(([name, { data }]) => [name, Buffer.from(data.buffer)]));
  const figures = ({ history }: TrainResult) => history.map(({ seconds: _, nEpochs: __, ...record }) => record);
  expect(bits(a.last.weights)).toEqual(bits(b.last.weights));
  expect(bits(a.best.weights)).toEqual(bits(b.best.weights));
  expect(figures(a)).toEqual(figures(b));
  expect(a.report).toEqual(b.report);
}

async function loggedEpochs(): Promise<number[]> {
  const lines = (await readFile(path.join(folder, 'metrics.jsonl'), 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line).epoch);
}

test('2 epochs and 2 more are bit for bit 4 epochs', async () => {
  const straight = await run();
  const half = await run({ nEpochs: 2, checkpointDir: folder });
  expect(half.last.epoch).toBe(2);
  const resumed = await resume();
  expectSameRun(resumed, straight);
  expect(await loggedEpochs()).toEqual([1, 2, 3, 4]);
  expect((await readdir(folder)).sort()).toEqual(['checkpoint.safetensors', 'metrics.jsonl']);
});

const steadied: Partial<TrainOptions> = { lrSchedule: 'cosine', warmupEpochs: 1.5, ema: 0.9, clipGradNorm: 0.05 };

test('the same with all that steadies training', async () => {
  const straight = await run(steadied);
  const controller = new AbortController();
  const onEpoch = ({ epoch }: { epoch: number }) => {
    if (epoch === 2) controller.abort();
  };
  const half = await run({ ...steadied, signal: controller.signal, onEpoch, checkpointDir: folder });
  expect(half).toMatchObject({ interrupted: true, last: { epoch: 2 } });
  expectSameRun(await resume(steadied), straight);
});

test('the learning rate of a cosine belongs to its number of epochs', async () => {
  await run({ nEpochs: 1, lrSchedule: 'cosine', checkpointDir: folder });
  await expect(resume({ nEpochs: 2, lrSchedule: 'cosine' })).rejects.toThrow(
    'expected 1, as in the checkpoint to resume from, for `nEpochs` but received 2',
  );
});

test('a run that had ended is only reported again', async () => {
  const whole = await run({ checkpointDir: folder });
  let steps = 0;
  expectSameRun(await resume({ onStep: () => steps++ }), whole);
  expect(steps).toBe(0);
});

test('early stopping counts on', async () => {
  const never = { learningRate: 1e-12, patience: 2, config: tinyConfig() };
  await run({ ...never, nEpochs: 3, checkpointDir: folder });
  const resumed = await resume({ ...never, nEpochs: 10 });
  expect(resumed.stoppedEarly).toBe(true);
  expect(resumed.history).toHaveLength(4);
  expect(resumed.best.epoch).toBe(1);
  expect((await resume({ ...never, nEpochs: 20 })).history).toHaveLength(4);
});

test.each([2, 6, 9])('an abort at step %i ends the run there; resuming gives the same bits', async (stopAt) => {
  const straight = await run();
  const controller = new AbortController();
  let steps = 0;
  const onStep = () => {
    if (++steps === stopAt) controller.abort();
  };
  const stopped = await run({ checkpointDir: folder, signal: controller.signal, onStep });
  expect(steps).toBe(stopAt);
  expect(stopped).toMatchObject({ interrupted: true, stoppedEarly: false, report: undefined });
  expect(stopped.last.epoch).toBe(Math.floor((stopAt - 1) / 4));
  expect(stopped.history).toHaveLength(stopped.last.epoch);
  const resumed = await resume();
  expectSameRun(resumed, straight);
  expect(resumed.interrupted).toBe(false);
});

test('an abort during the evaluation ends the run too', async () => {
  const controller = new AbortController();
  const signal = controller.signal;
  const onStep = ({ step }: { step: number }) => {
    // The last step is done: what comes next is the evaluation.
    if (step === 4) setTimeout(() => controller.abort(), 0);
  };
  const stopped = await run({ checkpointDir: folder, signal, onStep });
  expect(stopped.interrupted).toBe(true);
  expect(stopped.last.epoch).toBe(0);
  expectSameRun(await resume(), await run());
});

test('an error that is not the abort is not swallowed by it', async () => {
  const controller = new AbortController();
  const onEpoch = () => {
    controller.abort();
    throw new Error('from the callback');
  };
  await expect(run({ signal: controller.signal, onEpoch })).rejects.toThrow('from the callback');
});

test('lines that were logged past the checkpoint are dropped', async () => {
  await run({ nEpochs: 2, checkpointDir: folder });
  await appendFile(path.join(folder, 'metrics.jsonl'), '{"epoch":3}\n{"epo');
  await resume({ nEpochs: 3 });
  expect(await loggedEpochs()).toEqual([1, 2, 3]);
});

test.each<[string, Partial<TrainOptions>]>([
  ['hiddenSize', { config: tinyConfig({ dropout: 0.2, hiddenSize: 4 }) }],
  ['learningRate', { learningRate: 0.001 }],
  ['lrSchedule', { lrSchedule: 'cosine' }],
  ['warmupEpochs', { warmupEpochs: 1 }],
  ['clipGradNorm', { clipGradNorm: 1 }],
  ['ema', { ema: 0.9 }],
  ['stoppingWindow', { stoppingWindow: 2 }],
  ['seed', { seed: 8 }],
  ['trainingData', { train: tinyWindows(14, 5) }],
  ['validationData', { validation: undefined }],
])('a checkpoint of another run is refused by %s', async (name, options) => {
  await run({ nEpochs: 1, checkpointDir: folder });
  await expect(resume(options)).rejects.toThrow(
    new RegExp(`as in the checkpoint to resume from, for \`${name}\` but received`),
  );
});

test('SIGKILL at any moment loses at most one epoch, and resuming gives the same bits', async () => {
  const child = spawn(process.execPath, [path.join(__dirname, 'tinyTraining.cjs'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let reported = 0;
  for await (const chunk of child.stdout) {
    reported += String(chunk).split('\n').length - 1;
    if (reported >= 3) break;
  }
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await closed;

  const done = (await loggedEpochs()).length;
  expect(done).toBeGreaterThanOrEqual(reported);
  const nEpochs = done + 2;
  const resumedEpochs = new Set<number>();
  const resumed = await resume({ nEpochs, onStep: ({ epoch }) => resumedEpochs.add(epoch) });
  // The line of an epoch is written just before its checkpoint.
  expect(Math.min(...resumedEpochs)).toBeGreaterThanOrEqual(done);
  expectSameRun(resumed, await run({ nEpochs }));
});

test('what a killed write left behind is removed', async () => {
  await run({ nEpochs: 1, checkpointDir: folder });
  const kept = ['best.safetensors', 'checkpoint.safetensors', 'checkpoint.safetensors.bak', 'metrics.jsonl'];
  for (const name of [
    'checkpoint.safetensors.123',
    'metrics.jsonl.456',
    'best.safetensors',
    'checkpoint.safetensors.bak',
  ]) {
    await appendFile(path.join(folder, name), 'half');
  }
  await resume({ nEpochs: 1 });
  expect((await readdir(folder)).sort()).toEqual(kept);
});
