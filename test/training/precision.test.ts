import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Wetas } from '../../ts/model';
import { deviceInfo, setThreads } from '../../ts/native/device';
import { type BackendName, useBackend } from '../../ts/tfjs';
import { train, type TrainResult } from '../../ts/training/trainer';
import type { TrainOptions } from '../../ts/training/trainOptions';
import { tinyConfig, tinyOptions, tinyWindows } from './tinyRun';

let folder: string;
beforeEach(async () => {
  await useBackend('native');
  folder = await mkdtemp(path.join(os.tmpdir(), 'wetas-precision-'));
});
afterEach(() => rm(folder, { recursive: true }));

const config = (precision: 'float32' | 'bf16') => tinyConfig({ dropout: 0.2, precision });
const bits = ({ last }: TrainResult) =>
  new Map(Array.from(last.weights, ([name, { data }]) => [name, Buffer.from(data.buffer)]));

async function run(precision: 'float32' | 'bf16', options: Partial<TrainOptions> = {}): Promise<TrainResult> {
  const result = await train(tinyOptions({ config: config(precision), ...options }));
  result.model.dispose();
  return result;
}

test('training in bf16 has other losses than in float32, but close ones', async () => {
  const [exact, rounded] = [await run('float32'), await run('bf16')];
  rounded.history.forEach(({ train: { loss }, valid }, i) => {
    const expected = exact.history[i];
    for (const [received, wanted] of [
      [loss, expected.train.loss],
      [valid!.loss, expected.valid!.loss],
    ]) {
      expect(received).not.toBe(wanted);
      expect(Math.abs(received / wanted - 1)).toBeLessThan(0.02);
    }
  });
});

test('2 epochs and 2 more are bit for bit 4 epochs', async () => {
  const straight = await run('bf16');
  await run('bf16', { nEpochs: 2, checkpointDir: folder });
  const resumed = await run('bf16', { checkpointDir: folder, resume: true });
  expect(bits(resumed)).toEqual(bits(straight));
});

test('a run goes on in the precision that it was started with', async () => {
  await run('bf16', { nEpochs: 1, checkpointDir: folder });
  await expect(run('float32', { checkpointDir: folder, resume: true })).rejects.toThrow(
    'expected "bf16", as in the checkpoint to resume from, for `precision` but received "float32"',
  );
});

test('the same bits at 1 and 2 threads', async () => {
  const { threads } = deviceInfo();
  try {
    setThreads(1);
    const one = await run('bf16');
    setThreads(2);
    expect(bits(await run('bf16'))).toEqual(bits(one));
  } finally {
    setThreads(threads);
  }
});

test.each<BackendName>(['wasm', 'cpu'])('%s rounds, too', async (backend) => {
  const native = await run('bf16', { nEpochs: 1 });
  const exact = await run('float32', { nEpochs: 1 });
  await useBackend(backend);
  const [expected, float32, received] = [native, exact, await run('bf16', { nEpochs: 1 })].map(
    ({ history }) => history[0].train.loss,
  );
  // What the backends' own operations differ by is much less than what rounding does.
  expect(Math.abs(received - expected)).toBeLessThan(0.1 * Math.abs(float32 - expected));
});

test('a saved model scores as it was trained, and continuously in float32', async () => {
  const windows = tinyWindows(14, 1);
  const series = { data: windows.data, channels: windows.shape[2] };
  const model = await Wetas.fit(windows, config('bf16'), { nEpochs: 2, batchSize: 4 });
  await model.save(folder);
  const loaded = await Wetas.load(folder);
  expect(loaded.config.precision).toBe('bf16');
  const inWindows = await model.segment(series);
  expect((await loaded.segment(series)).denseScore).toEqual(inWindows.denseScore);

  // The same weights in float32, which a config.json of before the choice means.
  const file = path.join(folder, 'config.json');
  const saved = JSON.parse(await readFile(file, 'utf8'));
  expect(saved.precision).toBe('bf16');
  await writeFile(file, JSON.stringify({ ...saved, precision: undefined }));
  const exact = await Wetas.load(folder);
  expect(exact.config.precision).toBe('float32');
  expect((await exact.segment(series)).denseScore).not.toEqual(inWindows.denseScore);
  const scoring = { scoring: 'continuous' } as const;
  const [a, b] = [await loaded.segment(series, scoring), await exact.segment(series, scoring)];
  expect(a).toEqual(b);
  for (const each of [model, loaded, exact]) each.dispose();
});
