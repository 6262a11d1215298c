import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Segment, type StreamWindow, Wetas, type WetasConfig } from '../../ts/model';
import { completeConfig } from '../../ts/model/config';
import { writeModel } from '../../ts/model/modelFolder';
import { initialWeights } from '../../ts/model/parameters';

const folder = mkdtempSync(path.join(os.tmpdir(), 'wetas-stream-'));
afterAll(() => rmSync(folder, { recursive: true }));

const scaler = { kind: 'train' as const, mean: [0.25, -1], standardDeviation: [2, 0.5] };
const small: Partial<WetasConfig> = { channels: 2, hiddenSize: 4, outputSize: 3, nLayers: 3, splitSize: 16 };

async function modelOf(given: Partial<WetasConfig>): Promise<Wetas> {
  const config = completeConfig({ ...small, scaler, globalThreshold: 0.5, localThreshold: 0.6, ...given });
  const members = Array.from({ length: config.members ?? 1 }, (_, seed) =>
    initialWeights(config, { biasInit: 'normal', random: xoroshiro128plus(seed) }),
  );
  await writeModel(folder, config, members);
  return Wetas.load(folder);
}

function series(rows: number, channels = 2): { data: Float64Array; channels: number } {
  const random = xoroshiro128plus(rows);
  return { data: Float64Array.from({ length: rows * channels }, () => 6 * uniformFloat64(random) - 3), channels };
}

/** A run that crosses the border of a window comes as two segments that touch. */
function joined(segments: Segment[]): { start: number; end: number }[] {
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of segments) {
    if (result.at(-1)?.end === start) result.at(-1)!.end = end;
    else result.push({ start, end });
  }
  return result;
}

describe.each<Partial<WetasConfig>>([
  {},
  { kernelSize: 3 },
  { kernelSize: 3, nLayers: 4, dilationBase: 2, poolingType: 'max' },
  { members: 3 },
  { padding: 'reference', scaler: { kind: 'none' } },
])('a stream of %j', (given) => {
  it.each([53, 48, 5])('of %i samples equals continuous scoring, bit for bit', async (rows) => {
    const model = await modelOf(given);
    const { data, channels } = series(rows);
    const expected = await model.segment({ data, channels }, { scoring: 'continuous' });
    const windows: StreamWindow[] = [];
    const stream = model.stream({ onWindow: (window) => windows.push(window) });
    const scores = Array.from({ length: rows }, (_, row) => stream.push(data.subarray(2 * row, 2 * row + 2)));
    const last = stream.close();
    model.dispose();

    expect(Float32Array.from(scores)).toEqual(expected.denseScore);
    expect(Float32Array.from(windows, ({ weakScore }) => weakScore)).toEqual(expected.weakScore);
    expect(windows.map(({ start, end }) => [start, end])).toEqual(
      Array.from({ length: Math.ceil(rows / 16) }, (_, i) => [16 * i, Math.min(16 * i + 16, rows)]),
    );
    const segments = windows.flatMap((window) => window.segments);
    expect(joined(segments)).toEqual(expected.segments.map(({ start, end }) => ({ start, end })));
    for (const { start, end, confidence } of segments) {
      const mean = expected.labelPosterior.slice(start, end).reduce((sum, value) => sum + value, 0) / (end - start);
      expect(confidence).toBeCloseTo(mean, 5);
    }
    expect(last).toEqual(rows % 16 === 0 ? [] : windows.at(-1)!.segments);
  });
});

it('finds segments at all in what the tests above compare', async () => {
  const model = await modelOf({});
  const { segments } = await model.segment(series(53), { scoring: 'continuous' });
  model.dispose();
  expect(segments.length).toBeGreaterThan(1);
});

it('takes float32 samples, and a series whose windows the model was not trained with', async () => {
  const model = await modelOf({});
  const { data } = series(20);
  const [a, b] = [model.stream(), model.stream()];
  for (let row = 0; row < 20; row++) {
    const sample = Float32Array.from(data.subarray(2 * row, 2 * row + 2));
    expect(a.push(sample)).toBe(b.push(Float64Array.from(sample)));
  }
  model.dispose();
  // What streams need of the model they have.
  expect(a.push(Float64Array.of(1, 2))).toBe(b.push(Float64Array.of(1, 2)));
});

it('keeps no more memory the more samples there were', async () => {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  const used = () => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const model = await modelOf({});
  const stream = model.stream();
  const { data } = series(1000);
  const push = (count: number) => {
    for (let row = 0; row < count; row++) stream.push(data.subarray(2 * (row % 1000), 2 * (row % 1000) + 2));
    return used();
  };
  // Compiled code and the like come and go: the least of several readings, and of several stretches. What a stream keeps of its samples grows in each.
  const least = () => Math.min(...Array.from({ length: 5 }, () => push(4000)));
  let before = least();
  const growths = Array.from({ length: 3 }, () => {
    push(40_000);
    const growth = least() - before;
    before += growth;
    return growth;
  });
  // A float32 a sample would be 240 kB.
  expect(Math.min(...growths)).toBeLessThan(120_000);
  model.dispose();
});

describe('is refused, in one sentence', () => {
  it('for models that cannot be streamed', async () => {
    const centred = await modelOf({ context: 'centred' });
    expect(() => centred.stream()).toThrow(
      'expected \'causal\', which needs no samples to come, for `config.context` but received "centred"',
    );
    const byFile = await modelOf({ scaler: { kind: 'file' } });
    expect(() => byFile.stream()).toThrow(
      "expected 'train' (wetas train --scale train) or 'none', since a stream has no whole file to scale by, for `config.scaler.kind`",
    );
    await expect(centred.segment(series(20), { scoring: 'continuous' })).rejects.toThrow('the model is centred');
    centred.dispose();
    byFile.dispose();
  });

  it('for what is no sample, which changes nothing', async () => {
    const model = await modelOf({});
    const [disturbed, calm] = [model.stream(), model.stream()];
    const wrong: [unknown, string][] = [
      [[1, 2], 'expected a Float32Array or Float64Array for `sample`'],
      [Float64Array.of(1), 'expected 2 values for `sample`'],
      [Float64Array.of(1, NaN), 'expected a finite number for `sample[1]` but received NaN'],
      [Float64Array.of(1, 1e300), 'sample 1: expected values that are finite in float32'],
    ];
    for (const stream of [disturbed, calm]) stream.push(Float64Array.of(1, 1));
    for (const [sample, message] of wrong) {
      expect(() => disturbed.push(sample as Float64Array)).toThrow(message);
    }
    expect(disturbed.push(Float64Array.of(2, 1))).toBe(calm.push(Float64Array.of(2, 1)));
    disturbed.close();
    expect(() => disturbed.push(Float64Array.of(1, 1))).toThrow('expected an open stream for `push` but it is closed');
    expect(disturbed.close()).toEqual([]);
    model.dispose();
  });
});
