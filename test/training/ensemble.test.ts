import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { useBackend } from '../../ts/tfjs';
import { trainMembers } from '../../ts/training/ensemble';
import type { TrainOptions } from '../../ts/training/trainOptions';
import { tinyOptions } from './tinyRun';

let folder: string;
beforeAll(() => useBackend('native'));
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'wetas-members-'))));
afterEach(() => rm(folder, { recursive: true }));

/** The members' last epochs and weights. */
async function members(count: number, options: Partial<TrainOptions>, onStart?: (seed: number) => void) {
  const results = await trainMembers(tinyOptions(options), count, { onStart });
  for (const { model } of results) model.dispose();
  return results.map(({ interrupted, last }) => ({ interrupted, epoch: last.epoch, weights: [...last.weights] }));
}

test('stopped in its second network, it leaves the third; resumed, all have the bits of a run that was not stopped', async () => {
  const whole = await members(3, { seed: 7 });
  expect(whole.map(({ epoch }) => epoch)).toEqual([4, 4, 4]);

  const controller = new AbortController();
  const started: number[] = [];
  const onEpoch = ({ epoch }: { epoch: number }) => {
    if (started.length === 2 && epoch === 2) controller.abort();
  };
  const stopped = await members(
    3,
    { seed: 7, checkpointDir: folder, signal: controller.signal, onEpoch },
    (seed) => void started.push(seed),
  );
  expect(started).toEqual([7, 8]);
  expect(stopped.map(({ interrupted, epoch }) => [interrupted, epoch])).toEqual([
    [false, 4],
    [true, 2],
  ]);
  expect(existsSync(path.join(folder, 'seed-9'))).toBe(false);

  expect(await members(3, { seed: 7, checkpointDir: folder, resume: true })).toEqual(whole);
});
