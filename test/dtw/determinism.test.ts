import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** The bytes of the arrays in base64. */
interface Result {
  type: 'Float32Array' | 'Float64Array';
  value: string;
  gradient: string;
  hard: string;
}

interface Output {
  info: { simd: string; threads: number };
  results: Result[];
}

function run(environment: Record<string, string>): Output {
  const script = path.join(__dirname, 'softDtwBits.cjs');
  return JSON.parse(
    execFileSync(process.execPath, [script], {
      env: { ...process.env, ...environment },
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    }),
  );
}

const expected = run({ WETAS_NUM_THREADS: '1' });

test.each(['2', '3'])('%s threads give the same bits as one', (threads) => {
  const actual = run({ WETAS_NUM_THREADS: threads });
  expect(actual.info.threads).toBe(Number(threads));
  expectSameBits(actual);
});

test('a rerun gives the same bits', () => expectSameBits(run({ WETAS_NUM_THREADS: '1' })));

test.each(['scalar', 'sse4', 'avx2'])('%s agrees with the best instruction set', (simd) => {
  const actual = run({ WETAS_SIMD: simd });
  if (process.arch === 'x64' && ['scalar', 'sse4'].includes(simd)) expect(actual.info.simd).toBe(simd);
  actual.results.forEach((result, index) => {
    for (const name of ['value', 'gradient', 'hard'] as const) {
      const best = numbers(expected.results[index], name);
      expect(largestError(numbers(result, name), best)).toBeLessThanOrEqual(
        result.type === 'Float32Array' ? 1e-5 : 1e-11,
      );
    }
  });
});

function expectSameBits({ results }: Output): void {
  expect(results).toHaveLength(expected.results.length);
  results.forEach((result, index) => {
    for (const name of ['type', 'value', 'gradient', 'hard'] as const)
      expect(result[name] === expected.results[index][name]).toBe(true);
  });
}

function numbers(result: Result, name: 'value' | 'gradient' | 'hard'): ArrayLike<number> {
  const bytes = Uint8Array.from(Buffer.from(result[name], 'base64'));
  return result.type === 'Float32Array' ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer);
}

/** Relative above 1, absolute below. */
function largestError(actual: ArrayLike<number>, reference: ArrayLike<number>): number {
  let largest = actual.length === reference.length ? 0 : Infinity;
  for (let k = 0; k < reference.length; k++) {
    if (!Object.is(actual[k], reference[k]))
      largest = Math.max(largest, Math.abs(actual[k] - reference[k]) / Math.max(1, Math.abs(reference[k])));
    if (Number.isNaN(largest)) return Infinity;
  }
  return largest;
}
