import * as tf from '@tensorflow/tfjs';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { completeConfig } from '../../ts/model/config';
import { DiCNN } from '../../ts/model/dicnn';
import { scoreWindows } from '../../ts/model/inference';
import { useBackend } from '../../ts/tfjs';
import type { NativeBackend } from '../../ts/tfjs/native/NativeBackend';

beforeAll(() => useBackend('native'));

const [count, splitSize, hiddenSize] = [12, 64, 32];
const activationBytes = 4 * splitSize * hiddenSize * 4;

/** Scores windows, four at a time. @returns the most bytes of activations at any one time, and those that the pool keeps afterwards */
async function memoryOf(nLayers: number): Promise<{ peak: number; kept: number }> {
  const config = completeConfig({ channels: 2, hiddenSize, outputSize: hiddenSize, nLayers, splitSize });
  const model = new DiCNN(config, { biasInit: 'zeros', random: xoroshiro128plus(1) });
  const windows = { data: new Float32Array(count * splitSize * 2).fill(1), shape: [count, splitSize, 2] as const };
  const { pool } = tf.backend() as NativeBackend;
  const take = pool.take.bind(pool);
  const before = pool.memory().bytesInUse;
  let peak = 0;
  const spy = jest.spyOn(pool, 'take').mockImplementation((length) => {
    const array = take(length);
    peak = Math.max(peak, pool.memory().bytesInUse - before);
    return array;
  });
  await scoreWindows([model], windows, config, { batchSize: 4 });
  spy.mockRestore();
  model.dispose();
  expect(pool.memory().bytesInUse).toBe(before);
  return { peak, kept: pool.memory().bytesFree };
}

test('the memory of one block serves them all: nothing is kept for gradients', async () => {
  const { peak } = await memoryOf(3);
  // What goes into a block (2) and what comes out of it (3).
  expect(peak).toBeGreaterThan(0);
  expect(peak).toBeLessThan(6 * activationBytes);
  expect((await memoryOf(7)).peak).toBe(peak);
});

test('buffers are used again: from batch to batch and from call to call nothing is added', async () => {
  const { kept } = await memoryOf(3);
  expect((await memoryOf(3)).kept).toBe(kept);
  expect(kept).toBeLessThan(6 * activationBytes);
});
