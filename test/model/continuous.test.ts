import * as fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { makeWindowsFromStart } from '../../ts/data/windows';
import { completeConfig, type WetasConfig } from '../../ts/model/config';
import { ContinuousScorer } from '../../ts/model/continuousScorer';
import { DiCNN } from '../../ts/model/dicnn';
import { scoreWindows } from '../../ts/model/inference';
import { initialWeights } from '../../ts/model/parameters';
import { useBackend } from '../../ts/tfjs';
import * as oracle from '../oracle/wetas';
import { oracleWeights } from './smallCase';

beforeAll(() => useBackend('native'));

const small: Partial<WetasConfig> = { channels: 2, hiddenSize: 4, outputSize: 3, nLayers: 3, splitSize: 16 };

function randomNumbers(count: number, seed: number): Float32Array {
  const random = xoroshiro128plus(seed);
  return Float32Array.from({ length: count }, () => 2 * uniformFloat64(random) - 1);
}

function network(given: Partial<WetasConfig>, seed = 3) {
  const config = completeConfig({ ...small, ...given });
  const weights = initialWeights(config, { biasInit: 'normal', random: xoroshiro128plus(seed) });
  return { config, weights, model: new DiCNN(config, weights) };
}

describe.each<Partial<WetasConfig>>([
  {},
  { kernelSize: 3, poolingType: 'max' },
  { kernelSize: 3, dilationBase: 2 },
  { nLayers: 1 },
])('continuous scores of %j', (given) => {
  it('are those of one window over the whole series; each weak score pools its own rows', async () => {
    const { config, weights, model } = network(given);
    const rows = 45;
    const data = randomNumbers(rows * config.channels, 1);
    const series = { name: 'a', length: rows, channels: 2, data: Float64Array.from(data) };
    const windows = makeWindowsFromStart([series], config.splitSize, { kind: 'none' });
    const { weakLogit, denseLogit, denseScore } = await scoreWindows([model], windows, config, {
      scoring: 'continuous',
    });
    model.dispose();
    const series2d = Array.from({ length: rows }, (_, t) => Array.from(data.subarray(2 * t, 2 * t + 2)));
    for (const [b, start] of [0, 16, 32].entries()) {
      const inWindow = Array.from({ length: rows }, (_, t) => t >= start && t < start + 16);
      const expected = oracle.network(series2d, inWindow, oracleWeights(weights), config);
      expect(weakLogit[b]).toBeCloseTo(expected.weakLogit, 4);
      for (let t = start; t < Math.min(start + 16, rows); t++) {
        // The last window has 13 rows behind 3 of padding.
        const at = b * 16 + (t - start) + (b === 2 ? 3 : 0);
        expect(denseLogit[at]).toBeCloseTo(expected.denseLogit[t], 4);
        expect(denseScore[at]).toBeCloseTo(1 / (1 + Math.exp(-expected.denseLogit[t])), 5);
      }
    }
  });
});

it('scores another series from its own beginning, and padding not at all', async () => {
  const { config, model } = network({ padding: 'reference' });
  const one = randomNumbers(32 * 2, 5);
  const windows = (names: string[]) => ({
    data: Float32Array.of(...one, ...one, ...new Float32Array(32).fill(9)),
    shape: [5, 16, 2] as const,
    lengths: [16, 9, 16, 9, 0],
    names,
  });
  const options = { scoring: 'continuous' } as const;
  const two = await scoreWindows([model], windows(['a', 'a', 'b', 'b', 'b']), config, options);
  const single = await scoreWindows([model], windows(['a', 'a', 'a', 'a', 'a']), config, options);
  model.dispose();
  expect(two.denseLogit.slice(32, 64)).toEqual(two.denseLogit.slice(0, 32));
  expect(two.weakScore.slice(2, 4)).toEqual(two.weakScore.slice(0, 2));
  expect(single.denseLogit.slice(0, 32)).toEqual(two.denseLogit.slice(0, 32));
  expect(single.denseLogit.slice(32, 64)).not.toEqual(two.denseLogit.slice(32, 64));
  expect(two.weakScore[4]).toBe(0);
  expect(two.mask!.slice(16, 32)).toEqual(Float32Array.from({ length: 16 }, (_, t) => (t < 7 ? 0 : 1)));
});

it('has the same bits however the series is cut, whatever the network', () => {
  fc.assert(
    fc.property(
      fc.record({
        channels: fc.integer({ min: 1, max: 9 }),
        hiddenSize: fc.integer({ min: 1, max: 40 }),
        outputSize: fc.integer({ min: 1, max: 40 }),
        kernelSize: fc.integer({ min: 2, max: 4 }),
        dilationBase: fc.integer({ min: 1, max: 3 }),
        nLayers: fc.integer({ min: 1, max: 4 }),
        poolingType: fc.constantFrom('avg', 'max'),
        members: fc.constantFrom(undefined, 2),
      }),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 1000 }),
      ({ members = 1, ...given }, cuts, seed) => {
        const networks = Array.from({ length: members }, (_, i) => network(given as Partial<WetasConfig>, seed + i));
        const models = networks.map(({ model }) => model);
        const rows = cuts.reduce((sum, cut) => sum + cut, 0);
        const x = randomNumbers(rows * given.channels, seed);
        const run = (stretches: number[]) => {
          const scorer = new ContinuousScorer(models);
          let row = 0;
          const dense = stretches.flatMap((count) => {
            const { logit } = scorer.add(x.slice(row * given.channels, (row += count) * given.channels));
            return Array.from(logit);
          });
          return [...dense, ...scorer.closeWindow().logit];
        };
        const whole = run([rows]);
        const [cut, single] = [run(cuts), run(new Array<number>(rows).fill(1))];
        models.forEach((model) => model.dispose());
        expect(cut).toEqual(whole);
        expect(single).toEqual(whole);
      },
    ),
    { numRuns: 40 },
  );
});

it('is refused for a centred model, and for windows that do not say of which series they are', async () => {
  const centred = network({ context: 'centred' });
  const windows = { data: new Float32Array(32), shape: [1, 16, 2] as const, names: ['a'] };
  const options = { scoring: 'continuous' } as const;
  await expect(scoreWindows([centred.model], windows, centred.config, options)).rejects.toThrow(
    'expected \'windows\', since the model is centred and looks ahead, for `scoring` but received "continuous"',
  );
  const causal = network({});
  await expect(scoreWindows([causal.model], { ...windows, names: undefined }, causal.config, options)).rejects.toThrow(
    'expected the series of each window for `windows.names` but received undefined',
  );
  centred.model.dispose();
  causal.model.dispose();
});
