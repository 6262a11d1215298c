import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {
  dtw,
  dtwAlign,
  dtwAlignAsync,
  dtwFromCost,
  dtwPathFromCost,
  labelPosterior,
  pairwise,
  softBarycenter,
  softDtw,
  softDtwAsync,
  softDtwDivergence,
  softDtwGradient,
  softDtwGradientFromCost,
  type CostBatch,
  type SeriesBatch,
  type SoftDtwOptions,
} from '../../ts/index';
import { cudaMissing } from '../../ts/native/loadBinding';
import { dtw as oracle, seriesGradients } from '../oracle/dtw';
import { describeEachDevice } from './devices';
import {
  batchOf,
  costBatchOf,
  costProblems,
  costsOf,
  cut,
  expectClose,
  gammas,
  matchedCounts,
  rulesOf,
  scaleOf,
  seriesProblems,
  warpingOptions,
} from './problems';

describeEachDevice((device, types) => {
  test('given costs against the oracle', () => {
    fc.assert(
      fc.property(costProblems, warpingOptions, gammas, (problem, warping, gamma) => {
        const type = types.includes(problem.type) ? problem.type : types[0];
        const batch = costBatchOf({ ...problem, type });
        const given = { ...warping, device };
        const soft = softDtwGradientFromCost(batch, { ...given, gamma });
        const hard = dtwPathFromCost(batch, given);
        const [, ...extents] = batch.shape;
        problem.costs.forEach((cost, pair) => {
          const [rows, cols] = [cost.length, cost[0].length];
          const rules = rulesOf(warping, rows, cols);
          const expected = oracle(cost, rules, gamma);
          const scale = scaleOf(cost, { gamma });
          expectClose(soft.value[pair], expected.value, type, scale);
          const shares = cut(soft.cost, extents as [number, number], pair, [rows, cols]);
          shares.forEach((row, i) =>
            row.forEach((share, j) => expectClose(share, expected.expected[i][j], type, 10 + scale / gamma)),
          );
          const { value, path: cells } = oracle(cost, rules, 0);
          expectClose(hard.value[pair], value, type, scale);
          expect(Array.from(hard.path[pair])).toEqual(cells.flat());
        });
      }),
      { numRuns: 60 },
    );
  });

  test('series against the oracle', () => {
    fc.assert(
      fc.property(seriesProblems(matchedCounts), warpingOptions, gammas, (drawn, warping, gamma) => {
        const type = types.includes(drawn.type) ? drawn.type : types[0];
        const problem = { ...drawn, type };
        const [x, y] = [batchOf(problem, drawn.x), batchOf(problem, drawn.y)];
        const given = { ...warping, cost: drawn.cost, device };
        const { value, x: dx, y: dy } = softDtwGradient(x, y, { ...given, gamma, wrt: ['x', 'y'] });
        const hard = dtw(x, y, given);
        costsOf(problem).forEach((cost, pair) => {
          const rules = rulesOf(warping, cost.length, cost[0].length);
          const expected = oracle(cost, rules, gamma);
          const scale = scaleOf(cost, { gamma });
          expectClose(value[pair], expected.value, type, scale);
          expectClose(hard[pair], oracle(cost, rules, 0).value, type, scale);
          const gradients = seriesGradients(drawn.cost, drawn.x[pair], drawn.y[pair], expected.expected);
          for (const [found, gradient] of [
            [dx, gradients.x.flat()],
            [dy, gradients.y.flat()],
          ] as const) {
            const stride = found.length / drawn.x.length;
            found
              .subarray(pair * stride, (pair + 1) * stride)
              .forEach((each, k) => expectClose(each, gradient[k] ?? 0, type, 10 * (10 + scale / gamma)));
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  test('what float32 cannot do is done all the same', () => {
    const costs: CostBatch<Float32Array> = {
      cost: Float32Array.of(1, 2, 3, 4, NaN, 2, 3, 4, 1, 2, 3, 4),
      shape: [3, 2, 2],
    };
    const { value, cost } = softDtwGradientFromCost(costs, { gamma: 1e-40, device });
    expect(Array.from(value)).toEqual([5, NaN, 5]);
    expect(Array.from(cost.subarray(0, 8))).toEqual([1, 0, 0, 1, NaN, NaN, NaN, NaN]);
  });

  test('labels, posteriors, all pairs, divergences and barycentres', async () => {
    const cost = Float32Array.from({ length: 2 * 4 * 9 }, (_, k) => 1 + Math.sin(k));
    const costs: CostBatch<Float32Array> = { cost, shape: [2, 4, 9] };
    const onCpu = { device: 'cpu' } as const;
    const aligned = dtwAlign(costs, onCpu);
    expect(dtwAlign(costs, { device })).toEqual(aligned);
    await expect(dtwAlignAsync(costs, { device })).resolves.toEqual(aligned);
    expectNear(labelPosterior(costs, { gamma: 0.5, device }), labelPosterior(costs, { gamma: 0.5, ...onCpu }));
    const x: SeriesBatch<Float32Array> = { data: cost.slice(0, 60), shape: [5, 6, 2], lengths: [6, 3, 5, 1, 6] };
    for (const soft of [true, false]) {
      expectNear(pairwise(x, null, { soft, device }), pairwise(x, null, { soft, ...onCpu }));
      expectNear(pairwise(x, x, { soft, device }), pairwise(x, x, { soft, ...onCpu }));
    }
    expectNear(softDtwDivergence(x, x, { device }), new Float32Array(5));
    const mean = (on: 'cpu' | 'cuda') => softBarycenter(x, { device: on, maxIterations: 3 }).data;
    expectNear(mean(device), mean('cpu'));
    await expect(softDtwAsync(x, x, { device })).resolves.toEqual(softDtw(x, x, { device }));
  });
});

function expectNear(actual: Float32Array, expected: Float32Array): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, k) => expect(Math.abs(value - expected[k])).toBeLessThan(1e-5 * (1 + Math.abs(expected[k]))));
}

describe("what 'cuda' cannot do", () => {
  const x = Float32Array.of(1, 2, 3);
  const refusals: [string, string, () => unknown][] = [
    ['gamma 0', 'GPUs have soft-DTW with gamma > 0 only', () => softDtw(x, x, { gamma: 0, device: 'cuda' })],
  ];
  test.each(refusals)('%s', (_name, why, call) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(`expected 'auto' or 'cpu', because ${why}, for \`device\` but received "cuda"`);
  });

  test(cudaMissing() ? 'anything, without a GPU' : 'float64', () => {
    const why = cudaMissing() ?? 'GPUs compute in float32 and the input is a Float64Array';
    const sentence = `expected 'auto' or 'cpu', because ${why}, for \`device\` but received "cuda"`;
    expect(() => softDtw(Float64Array.from(x), Float64Array.from(x), { device: 'cuda' })).toThrow(sentence);
    const costs: CostBatch<Float64Array> = { cost: Float64Array.from(x), shape: [1, 1, 3] };
    expect(() => dtwFromCost(costs, { device: 'cuda' })).toThrow(sentence);
    expect(() => dtwAlign(costs, { device: 'cuda' })).toThrow(sentence);
  });

  test('a refused call leaves what it was to take over', async () => {
    const own = Float64Array.from(x);
    await expect(softDtwAsync(own, own, { device: 'cuda', transfer: true })).rejects.toThrow('`device`');
    expect(own).toHaveLength(3);
  });
});

test("'auto' does what 'cuda' cannot", () => {
  const x = Float64Array.of(1, 2, 3);
  const hard: SoftDtwOptions = { cost: 'absolute', gamma: 0 };
  expect(softDtw(x, x, { ...hard, device: 'auto' })).toBe(softDtw(x, x, { ...hard, device: 'cpu' }));
});

describe('WETAS_DEVICE and failing GPUs, in processes of their own', () => {
  const root = path.join(__dirname, '..', '..');
  const lockstep = path.join(root, 'build-lockstep');
  const hasLockstep = fs.existsSync(path.join(lockstep, 'build', 'Release', 'wetas.node'));

  /** What the last expression of `code`, a call of `wetas`, gives, or the error that it throws. */
  function evaluate(code: string, environment: Record<string, string>): unknown {
    const script = `
      const wetas = require(${JSON.stringify(path.join(root, 'dist', 'index.js'))});
      const x = Float32Array.from({ length: 2048 }, (_, k) => Math.sin(k));
      let result;
      try { result = ${code}; } catch (error) { result = error.name + ': ' + error.message; }
      console.log(JSON.stringify(result));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
      env: { ...process.env, ...environment },
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }
  const small = 'wetas.softDtw(x.slice(0, 50), x.slice(1, 51))';

  test('WETAS_DEVICE=gpu is an error', () => {
    expect(evaluate(small, { WETAS_DEVICE: 'gpu' })).toBe(
      'RangeError: expected one of auto, cpu, cuda for `WETAS_DEVICE` but received "gpu"',
    );
  });

  test('WETAS_DEVICE=cuda is the default of `device`, where functions have it', () => {
    const without = { WETAS_DEVICE: 'cuda', WETAS_PREBUILD: '' };
    expect(evaluate(small, without)).toMatch(
      /^RangeError: expected 'auto' or 'cpu', because .*, for `WETAS_DEVICE` but received "cuda"$/,
    );
    expect(evaluate("wetas.softDtw(x.slice(0, 1), x.slice(0, 1), { device: 'cpu' })", without)).toBe(0);
    expect(evaluate('wetas.nearest([x], [x]).value[0]', without)).toBe(0);
  });

  test('WETAS_DEVICE=cpu says so', () => {
    expect(evaluate('wetas.deviceInfo()', { WETAS_DEVICE: 'cpu', WETAS_PREBUILD: '' })).toMatchObject({
      device: 'cpu',
      cuda: null,
      cudaMissing: 'WETAS_DEVICE is cpu',
    });
  });

  (hasLockstep ? describe : describe.skip)('with the GPU that is made of the CPU (build-lockstep)', () => {
    const tiny = { WETAS_PREBUILD: lockstep, WETAS_LOCKSTEP_BYTES: '1000' };
    const large = (device: string) => `wetas.softDtw(x, x, { device: '${device}' })`;

    test("out of memory is an error with 'cuda' and the CPU's work with 'auto'", () => {
      expect(evaluate(large('cuda'), tiny)).toBe('Error: out of memory');
      expect(evaluate(large('auto'), tiny)).toBe(evaluate(large('cpu'), tiny));
      expect(evaluate("wetas.dtw(x, x, { device: 'auto' })", tiny)).toBe(0);
    });

    test("'auto' gives a large call to the GPU and a small one to the CPU", () => {
      const onGpu = { WETAS_PREBUILD: lockstep };
      const both = (pair: string) =>
        ['auto', 'cpu', 'cuda'].map((device) =>
          evaluate(`wetas.softDtw(${pair}, { gamma: 0.3, device: '${device}' })`, onGpu),
        );
      const [autoSmall, cpuSmall] = both('x.slice(0, 50), x.slice(1, 51)');
      expect(autoSmall).toBe(cpuSmall);
      const [autoLarge, , cudaLarge] = both('x, x.map((each) => each / 3)');
      expect(autoLarge).toBe(cudaLarge);
    });
  });
});
