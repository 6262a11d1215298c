import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { deviceInfo } from '../../ts/index';
import { loadBinding } from '../../ts/native/loadBinding';
import type { DeviceCode, NativeJob } from '../../ts/native/NativeBinding';
import { argumentsOf, dtwCalls, longPair, type DtwCall } from './dtwCalls';

const binding = loadBinding() as unknown as Record<string, (...args: unknown[]) => unknown>;

/** Starts a job; `ended` is fulfilled with what it gives to `done`. */
function start(name: string, args: unknown[]): { job: NativeJob; ended: Promise<Error | null> } {
  let job!: NativeJob;
  const ended = new Promise<Error | null>((resolve) => (job = binding[`${name}Async`](resolve, ...args) as NativeJob));
  return { job, ended };
}

const hugeOn = (device: DeviceCode) => [
  ...longPair(20000),
  0,
  0,
  0,
  false,
  false,
  0,
  1,
  device,
  new Float32Array(1),
  null,
  null,
  null,
];
const huge = hugeOn(1); // the CPU, which counts cells in the midst of a pair

const title = ({ name, inputs }: DtwCall, index: number) => `${index}: ${name} ${String(inputs[0])}`;

describe.each([
  ['float32', Float32Array],
  ['float64', Float64Array],
] as const)('%s', (_, Float) => {
  const calls = dtwCalls(Float);

  test.each(calls.map((call, index) => [title(call, index), index] as const))(
    '%s gives the bits of the call',
    async (_title, index) => {
      const [call, again] = [calls[index], dtwCalls(Float)[index]];
      binding[call.name](...argumentsOf(call));
      const { job, ended } = start(again.name, argumentsOf(again));
      expect(await ended).toBeNull();
      expect(again.outputs).toEqual(call.outputs);
      expect(again.outputs.some((output) => output.some((value) => value !== 0))).toBe(true);
      expect(job.cellsDone()).toBeLessThanOrEqual(job.total);
      expect(job.total).toBeGreaterThan(0);
    },
  );

  it('runs many at once, each with its own result', async () => {
    const seeds = Array.from({ length: 40 }, (_unused, seed) => seed);
    const expected = seeds.flatMap((seed) => dtwCalls(Float, seed));
    for (const call of expected) binding[call.name](...argumentsOf(call));
    const actual = seeds.flatMap((seed) => dtwCalls(Float, seed));
    const ends = await Promise.all(actual.map((call) => start(call.name, argumentsOf(call)).ended));
    expect(ends).toEqual(expected.map(() => null));
    expect(actual.map(({ outputs }) => outputs)).toEqual(expected.map(({ outputs }) => outputs));
  });
});

it('counts the cells of the real lengths', () => {
  const totals = dtwCalls(Float32Array)
    .slice(0, 4)
    .map((call) => start(call.name, argumentsOf(call)).job.total);
  expect(totals).toEqual([11 * 9 + 7 * 14 + 2, 19 * 14 * 3, 11 * 7 + 11 + 7, 11 * 9 + 7 * 14 + 2]);
});

it('stops in the middle of one pair', async () => {
  const { job, ended } = start('softDtw', huge);
  while (job.cellsDone() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  job.stop();
  expect(await ended).toMatchObject({ name: 'AbortError' });
  expect(job.cellsDone()).toBeLessThan(job.total);
});

(deviceInfo().cuda ? it : it.skip)('stops in the middle of one pair on a GPU', async () => {
  const { job, ended } = start('softDtw', hugeOn(2));
  await sleep(100);
  job.stop();
  expect(await ended).toMatchObject({ name: 'AbortError' });
});

it('does not begin what was stopped before its turn', async () => {
  loadBinding().setThreads(2); // then at most four jobs run at a time
  const jobs = Array.from({ length: 30 }, () => start('softDtw', huge));
  for (const { job } of jobs) job.stop();
  for (const { ended } of jobs) expect(await ended).toMatchObject({ name: 'AbortError' });
  expect(jobs[29].job.cellsDone()).toBe(0);
});

it('gives an error of the core to `done`, and throws what is wrong with the arguments', async () => {
  const [call] = dtwCalls(Float32Array);
  const gammaAt = call.inputs.length - 2;
  const negative = { ...call, inputs: call.inputs.with(gammaAt, -1) };
  expect(await start(call.name, argumentsOf(negative)).ended).toMatchObject({
    name: 'RangeError',
    message: expect.stringContaining('gamma') as string,
  });
  const wrong = { ...call, inputs: call.inputs.with(gammaAt, '1') };
  expect(() => binding.softDtwAsync(() => {}, ...argumentsOf(wrong))).toThrow('expected a finite number for `gamma`');
  expect(() => binding.softDtwAsync(null, ...argumentsOf(call))).toThrow('expected a function for `done`');
});

it('keeps lengths as they were', async () => {
  const [call, again] = [dtwCalls(Float32Array)[0], dtwCalls(Float32Array)[0]];
  binding[call.name](...argumentsOf(call));
  const { ended } = start(again.name, argumentsOf(again));
  for (const input of again.inputs) if (input instanceof Int32Array) input.fill(2 ** 30);
  expect(await ended).toBeNull();
  expect(again.outputs).toEqual(call.outputs);
});

it('calls and jobs of several threads at once give the bits of one, workers end with jobs running, and memory may change during a call', async () => {
  const script = path.join(__dirname, 'lifetime.cjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script], { encoding: 'utf8' });
  expect(stdout).toBe('as expected\n');
}, 300_000);
