import { execFileSync } from 'node:child_process';
import path from 'node:path';

interface Output {
  info: { simd: string; threads: number };
  results: { value: string[]; gradient: number[]; hard: string[] }[];
}

function run(environment: Record<string, string>): Output {
  const script = path.join(__dirname, 'softDtwBits.cjs');
  return JSON.parse(
    execFileSync(process.execPath, [script], { env: { ...process.env, ...environment }, encoding: 'utf8' }),
  );
}

const expected = run({ WETAS_NUM_THREADS: '1' });

test.each(['2', '3', '8'])('%s threads give the same bits as one', (threads) => {
  const actual = run({ WETAS_NUM_THREADS: threads });
  expect(actual.info.threads).toBe(Number(threads));
  expect(actual.results).toEqual(expected.results);
});

test('a rerun gives the same bits', () => expect(run({ WETAS_NUM_THREADS: '1' }).results).toEqual(expected.results));

test.each(['scalar', 'sse4', 'avx2'])('%s agrees with the best instruction set', (simd) => {
  const actual = run({ WETAS_SIMD: simd });
  if (process.arch === 'x64' && ['scalar', 'sse4'].includes(simd)) expect(actual.info.simd).toBe(simd);
  actual.results.forEach(({ value, gradient, hard }, index) => {
    const best = expected.results[index];
    // As text, because JSON has no Infinity.
    value.forEach((each, pair) => expectRelative(Number(each), Number(best.value[pair]), 1e-6));
    hard.forEach((each, pair) => expectRelative(Number(each), Number(best.hard[pair]), 1e-6));
    expect(Math.max(...gradient.map((each, cell) => Math.abs(each - best.gradient[cell])))).toBeLessThan(1e-5);
  });
});

function expectRelative(actual: number, reference: number, tolerance: number): void {
  if (Number.isFinite(reference))
    expect(Math.abs(actual - reference)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(reference)));
  else expect(actual).toBe(reference);
}
