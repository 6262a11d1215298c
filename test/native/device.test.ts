import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { deviceInfo, setThreads, softDtw } from '../../ts/index';
import { loadBinding } from '../../ts/native/loadBinding';

describe('setThreads and deviceInfo', () => {
  const before = deviceInfo().threads;
  afterEach(() => setThreads(before));

  test('say where the work runs', () => {
    const { device, cuda, cudaMissing, ...onCpu } = deviceInfo();
    expect(onCpu).toEqual({
      simd: expect.stringMatching(/^(scalar|sse4|avx2|avx512|avx512bf16|amx|static)$/),
      threads: before,
    });
    expect({ device, cuda, cudaMissing }).toEqual(
      cudaMissing === null
        ? {
            device: 'cuda',
            cuda: { name: expect.any(String), computeCapability: expect.any(String) },
            cudaMissing: null,
          }
        : { device: 'cpu', cuda: null, cudaMissing: expect.stringMatching(/./) },
    );
  });

  test('the addon that is built by default has neither CUDA nor what stands in for it', () => {
    const addon = fs.readFileSync(path.join(__dirname, '..', '..', 'build', 'Release', 'wetas.node'), 'latin1');
    expect(addon).toContain('built without CUDA');
    expect(addon).not.toContain('LOCKSTEP');
  });

  test.each([1, 2, 7, 64])('%d threads, the same bits', (threads) => {
    const batch = Array.from({ length: 40 }, (_, k) =>
      Float32Array.from({ length: 50 }, (_value, t) => Math.sin(k + t * 0.3)),
    );
    setThreads(1);
    const expected = softDtw(batch, [...batch].reverse());
    setThreads(threads);
    expect(deviceInfo().threads).toBe(threads);
    expect(softDtw(batch, [...batch].reverse())).toEqual(expected);
  });

  test.each([0, 1025, 1.5, NaN])('%d threads are refused', (threads) => {
    expect(() => setThreads(threads)).toThrow(RangeError);
    expect(() => setThreads(threads)).toThrow('expected a whole number in [1, 1024] for `threads`');
    expect(deviceInfo().threads).toBe(before);
  });

  test('a number of threads is a number', () => {
    expect(() => setThreads('2' as unknown as number)).toThrow(TypeError);
  });
});

describe('every function of the addon', () => {
  const binding = loadBinding() as unknown as Record<string, (...given: unknown[]) => unknown>;
  const functions = Object.keys(binding).filter((name) => typeof binding[name] === 'function' && name !== 'setThreads');
  const anything = fc.oneof(
    fc.integer({ min: 0, max: 4 }),
    fc.anything(),
    fc.integer({ min: 0, max: 8 }).map((length) => new Float32Array(length)),
    fc.integer({ min: 0, max: 8 }).map((length) => new Float64Array(length)),
    fc.integer({ min: 0, max: 8 }).map((length) => new Int32Array(length)),
  );

  test.each(functions)('%s survives whatever it is given', (name) => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 24 }), (given) => {
        try {
          binding[name](...given);
        } catch {
          // Refusing is fine; the process must live.
        }
      }),
      { numRuns: 300 },
    );
  });
});
