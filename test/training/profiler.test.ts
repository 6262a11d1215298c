import * as tf from '@tensorflow/tfjs';
import { parameterShapes } from '../../ts/model/parameters';
import { useBackend } from '../../ts/tfjs';
import type { StageTime } from '../../ts/training/profiler';
import { train, type TrainResult } from '../../ts/training/trainer';
import type { TrainOptions } from '../../ts/training/trainOptions';
import { tinyConfig, tinyOptions } from './tinyRun';

beforeAll(() => useBackend('native'));

async function run(options: Partial<TrainOptions> = {}): Promise<TrainResult> {
  const result = await train(tinyOptions({ nEpochs: 2, ...options }));
  result.model.dispose();
  return result;
}

const forwardStages = ['entry forward', 'blocks forward', 'head forward'];
const backwardStages = ['head backward', 'blocks backward', 'entry backward'];

test('every stage of a step in its order, then the evaluation', async () => {
  const started = performance.now();
  const { profile } = await run({ profile: true });
  const milliseconds = performance.now() - started;
  expect(profile!.map(({ stage, per }) => `${stage}: ${per}`)).toEqual([
    ...['batch', ...forwardStages, 'losses forward', 'losses backward', ...backwardStages, 'update'].map(
      (stage) => `${stage}: step`,
    ),
    'evaluation: epoch',
  ]);
  for (const stage of profile!) expect(stage.milliseconds).toBeGreaterThan(0);
  // 8 steps, of which the first is not counted, and 2 evaluations.
  const sum = profile!.reduce((total, stage) => total + stage.milliseconds * (stage.per === 'step' ? 7 : 2), 0);
  expect(sum).toBeLessThan(milliseconds);
});

test('changes no bit and leaves no tensor behind', async () => {
  const plain = await run();
  expect(plain.profile).toBeUndefined();
  const before = tf.memory();
  const profiled = await run({ profile: true });
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  const bits = ({ last }: TrainResult) => new Map([...last.weights].map(([name, { data }]) => [name, data]));
  expect(bits(profiled)).toEqual(bits(plain));
});

test('counts a multiply-add for each weight that is used, forwards once, backwards twice', async () => {
  const config = tinyConfig({ poolingType: 'max' });
  // Three steps of 14 windows.
  const { profile } = await run({ profile: true, config, batchSize: 14, nEpochs: 3 });
  const operations = (names: string[]) =>
    profile!
      .filter(({ stage }) => names.includes(stage))
      .reduce((sum, { milliseconds, gflops }: StageTime) => sum + milliseconds * gflops! * 1e6, 0);
  let weights = 0;
  for (const [name, shape] of parameterShapes(config)) {
    // The last block's output convolution feeds nothing.
    if (!name.endsWith('ias') && name !== 'blocks.2.out') weights += shape.reduce((product, size) => product * size, 1);
  }
  const rows = 14 * config.splitSize;
  expect(operations(forwardStages) / (2 * rows * weights)).toBeCloseTo(1, 8);
  const entry = config.kernelSize * config.channels * config.hiddenSize;
  expect(operations(backwardStages) / (2 * rows * (2 * weights - entry))).toBeCloseTo(1, 8);
  // 14 + 7 + 8 windows.
  expect(operations(['evaluation']) / (2 * 29 * config.splitSize * weights)).toBeCloseTo(1, 8);
  for (const stage of ['batch', 'losses forward', 'losses backward', 'update']) {
    expect(profile!.find((one) => one.stage === stage)!.gflops).toBeUndefined();
  }
});

test('says nothing of steps where there was only the first', async () => {
  const { profile } = await run({ profile: true, batchSize: 14, nEpochs: 1 });
  expect(profile!.map(({ stage }) => stage)).toEqual(['evaluation']);
});
