import { setTimeout as sleep } from 'node:timers/promises';
import {
  dbaBarycenter,
  dbaBarycenterAsync,
  dtwAsync,
  dtwPath,
  dtwPathAsync,
  nearest,
  nearestAsync,
  pairwise,
  pairwiseAsync,
  softDtw,
  softDtwAsync,
  softDtwDivergence,
  softDtwDivergenceAsync,
  softDtwGradient,
  softDtwGradientAsync,
} from '../../ts/index';
import { runAsync } from '../../ts/dtw/async';
import type { NativeCall, Steps } from '../../ts/dtw/steps';
import { uniform } from '../native/arrays';

// The types of Node name neither.
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: { Memory: new (size: { initial: number }) => { buffer: ArrayBuffer } };
};
type ResizableArrayBuffer = new (
  bytes: number,
  options: { maxByteLength: number },
) => ArrayBuffer & {
  resize(bytes: number): void;
};

const batch = (data: Float32Array, length: number) => ({ data, shape: [data.length / length, length, 1] as const });
const x = batch(uniform(200, 1), 50);
const y = batch(uniform(240, 2), 60);

const [hugeX, hugeY] = [uniform(60000, 3), uniform(60000, 4)];
/** One pair that takes long enough to be stopped in the middle. */
const endless = (options: Parameters<typeof softDtwAsync>[2] = {}) => softDtwAsync(hugeX, hugeY, options);

it('gives what the synchronous functions give', async () => {
  expect(await softDtwAsync(x, y, { gamma: 0.1 })).toEqual(softDtw(x, y, { gamma: 0.1 }));
  expect(await softDtwAsync(x.data, y.data)).toBe(softDtw(x.data, y.data));
  const wrt = ['x', 'cost'] as const;
  expect(await softDtwGradientAsync(x, y, { wrt })).toEqual(softDtwGradient(x, y, { wrt }));
  expect(await dtwPathAsync(x.data, y.data)).toEqual(dtwPath(x.data, y.data));
  expect(await softDtwDivergenceAsync(x, y)).toEqual(softDtwDivergence(x, y));
  expect(await pairwiseAsync(x, y)).toEqual(pairwise(x, y));
  expect(await nearestAsync(x, y, { k: 2 })).toEqual(nearest(x, y, { k: 2 }));
  expect(await dbaBarycenterAsync(x)).toEqual(dbaBarycenter(x));
});

describe('inputs', () => {
  const expected = softDtw(x, y);
  const ownY = () => batch(y.data.slice(), 60);
  const copyIn = (buffer: ArrayBufferLike) => {
    const array = new Float32Array(buffer);
    array.set(x.data);
    return array;
  };

  it('may be written to while the work runs', async () => {
    const data = x.data.slice();
    const result = softDtwAsync(batch(data, 50), y);
    data.fill(NaN);
    expect(await result).toEqual(expected);
  });

  it('may be transferred while the work runs', async () => {
    const data = x.data.slice();
    const result = softDtwAsync(batch(data, 50), y);
    structuredClone(data.buffer, { transfer: [data.buffer] });
    expect(data.length).toBe(0);
    expect(await result).toEqual(expected);
  });

  it('may be resized to nothing while the work runs', async () => {
    const buffer = new (ArrayBuffer as unknown as ResizableArrayBuffer)(800, { maxByteLength: 1600 });
    const data = copyIn(buffer);
    const result = softDtwAsync(batch(data, 50), y);
    buffer.resize(0);
    expect(data.length).toBe(0);
    expect(await result).toEqual(expected);
  });

  it('may be shared with threads that write while the work runs', async () => {
    const data = copyIn(new SharedArrayBuffer(800));
    const result = softDtwAsync(batch(data, 50), y);
    data.fill(NaN);
    expect(await result).toEqual(expected);
  });

  describe('with transfer', () => {
    it('are moved, each where it lies in its buffer', async () => {
      const memory = new Float32Array(500);
      const [first, second] = [memory.subarray(7, 207), memory.subarray(230, 470)];
      first.set(x.data);
      second.set(y.data);
      const result = softDtwAsync(batch(first, 50), batch(second, 60), { transfer: true });
      expect([first.length, second.length, memory.length]).toEqual([0, 0, 0]);
      expect(await result).toEqual(expected);
    });

    it('may be one and the same', async () => {
      const both = batch(x.data.slice(), 50);
      const result = softDtwAsync(both, both, { transfer: true });
      expect(both.data.length).toBe(0);
      expect(await result).toEqual(softDtw(x, x));
    });

    it('are copied where they cannot be moved', async () => {
      const shared = copyIn(new SharedArrayBuffer(800));
      const ofWasm = copyIn(new wasm.Memory({ initial: 1 }).buffer).subarray(0, 200);
      for (const data of [shared, ofWasm]) {
        const result = softDtwAsync(batch(data, 50), ownY(), { transfer: true });
        expect(data.length).toBe(200);
        data.fill(NaN);
        expect(await result).toEqual(expected);
      }
    });

    it('are left alone by a call that is refused', async () => {
      const data = x.data.slice();
      await expect(softDtwAsync(batch(data, 50), y, { transfer: true, gamma: -1 })).rejects.toThrow('gamma');
      await expect(softDtwAsync(batch(data, 50), x.data as never, { transfer: true })).rejects.toThrow('y');
      await expect(
        softDtwAsync(batch(data, 50), y, { transfer: true, signal: AbortSignal.abort() }),
      ).rejects.toMatchObject({ name: 'AbortError' });
      expect(data).toEqual(x.data);
    });
  });
});

describe('signal', () => {
  it('stops the work in the middle of one pair, with its reason', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const result = endless({ signal: controller.signal, onProgress: (done, total) => seen.push(done / total) });
    void sleep(120).then(() => controller.abort('enough'));
    await expect(result).rejects.toBe('enough');
    expect(seen.length).toBeGreaterThan(0);
    expect(Math.max(...seen)).toBeLessThan(1);
  });

  it('that is aborted already starts nothing', async () => {
    const reason = new Error('too late');
    await expect(endless({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('is let go of at the end, and may be aborted then', async () => {
    const controller = new AbortController();
    const added = jest.spyOn(controller.signal, 'addEventListener');
    const removed = jest.spyOn(controller.signal, 'removeEventListener');
    await softDtwAsync(x, y, { signal: controller.signal });
    await expect(
      softDtwAsync(x, y, {
        signal: controller.signal,
        onProgress: () => {
          throw new Error('no more');
        },
      }),
    ).rejects.toThrow('no more');
    expect(added).toHaveBeenCalledTimes(2);
    expect(removed.mock.calls.map(([type, listener]) => [type, listener])).toEqual(
      added.mock.calls.map(([type, listener]) => [type, listener]),
    );
    controller.abort();
  });

  it('of AbortSignal.timeout works', async () => {
    await expect(endless({ signal: AbortSignal.timeout(30) })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('onProgress', () => {
  const follow = async (run: (onProgress: (done: number, total: number) => void) => Promise<unknown>) => {
    const seen: [done: number, total: number][] = [];
    await run((done, total) => seen.push([done, total]));
    return seen;
  };
  const large = [batch(uniform(800, 3), 800), batch(uniform(800 * 4, 4), 800)] as const;

  it.each([
    ['softDtw', (onProgress) => softDtwAsync(large[1], large[1], { onProgress }), 4 * 800 ** 2],
    ['pairwise', (onProgress) => pairwiseAsync(large[0], large[1], { soft: true, onProgress }), 4 * 800 ** 2],
    ['banded', (onProgress) => dtwAsync(x, y, { sakoeChibaRadius: 3, onProgress }), 4 * 50 * 60],
    [
      'of several steps',
      (onProgress) => softDtwDivergenceAsync(x, y, { onProgress }),
      4 * (50 * 60 + 50 ** 2 + 60 ** 2),
    ],
    ['of unknown length', (onProgress) => dbaBarycenterAsync(large[1], { maxIterations: 3, onProgress }), undefined],
  ] as [string, Parameters<typeof follow>[0], number | undefined][])(
    '%s: never decreases, ends with all',
    async (_, run, cells) => {
      const seen = await follow(run);
      const total = seen[0][1];
      if (cells !== undefined) expect(total).toBe(cells);
      expect(seen.at(-1)).toEqual([total, total]);
      seen.forEach(([done, ofTotal], index) => {
        expect(ofTotal).toBe(total);
        expect(done).toBeGreaterThanOrEqual(index === 0 ? 0 : seen[index - 1][0]);
      });
    },
  );

  it('adds the steps up', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
    try {
      const seen: [done: number, total: number][] = [];
      const cells = { done: 0 };
      const ends: ((error: null) => void)[] = [];
      const job = { stop: () => {}, cellsDone: () => cells.done, total: 100 };
      const call = { start: (done: (typeof ends)[0]) => (ends.push(done), job) } as unknown as NativeCall;
      function* steps(): Steps<string> {
        yield [call];
        yield [call, call];
        return 'result';
      }
      const result = runAsync({ onProgress: (...each) => seen.push(each) }, steps, 3);
      const after = async (done: number) => {
        cells.done = done;
        await jest.advanceTimersByTimeAsync(50);
      };
      await after(0);
      await after(70);
      ends[0](null);
      await after(20);
      await after(1000); // more than it said
      ends.forEach((end) => end(null));
      expect(await result).toBe('result');
      expect(seen).toEqual([0, 70, 140, 300, 300].map((done) => [done, 300]));
    } finally {
      jest.useRealTimers();
    }
  });

  it('stops the work with what it throws', async () => {
    const error = new Error('seen enough');
    const onProgress = jest.fn(() => {
      throw error;
    });
    await expect(endless({ onProgress })).rejects.toBe(error);
    expect(onProgress).toHaveBeenCalledTimes(1);
  });
});

it('refuses options of another kind, as a rejection', async () => {
  const refused = (options: unknown) => expect(softDtwAsync(x, y, options as never)).rejects;
  await refused(null).toThrow('expected an object for `options` but received null');
  await refused({ signal: {} }).toThrow('expected an AbortSignal for `signal` but received an object (Object)');
  await refused({ onProgress: 3 }).toThrow('expected a function for `onProgress` but received 3');
  await refused({ transfer: 'yes' }).toThrow('expected a boolean for `transfer` but received "yes"');
  await refused({ speed: 1 }).toThrow('speed');
});
