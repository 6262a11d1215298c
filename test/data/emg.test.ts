import { existsSync } from 'node:fs';
import path from 'node:path';
import { makeWindows, readSplits, type Padding, type Series, type Windows } from '../../ts/data';

const dataDir = path.join(__dirname, '..', '..', '..', 'shared', 'data');
const describeWithEmg = existsSync(path.join(dataDir, 'EMG')) ? describe : describe.skip;

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

function counts({ shape, weakLabel, lengths }: Windows) {
  const [windows, splitSize] = shape;
  const real = sum(lengths!);
  return {
    windows,
    anomalous: sum(weakLabel!),
    paddingPercent: Number((100 - (100 * real) / (windows * splitSize)).toFixed(1)),
  };
}

describeWithEmg('EMG, the files of the authors', () => {
  let splits: Series[][];
  beforeAll(async () => {
    const { train, valid, test } = await readSplits({ dataDir, dataset: 'EMG' });
    splits = [train!, valid!, test!];
  });
  const cut = (padding: Padding) =>
    splits.map((series) => makeWindows(series, 500, { padding, scaler: { kind: 'file' } }));

  test('423,825 points of 8 channels, 25,301 of them anomalous', () => {
    const all = splits.flat();
    expect(all.every(({ channels }) => channels === 8)).toBe(true);
    expect(sum(all.map(({ length }) => length))).toBe(423_825);
    expect(sum(all.map(({ pointLabel }) => sum(pointLabel!)))).toBe(25_301);
  });

  test('padding reference: 464, 212 and 291 windows', () => {
    expect(cut('reference').map(counts)).toEqual([
      { windows: 464, anomalous: 97, paddingPercent: 8.7 },
      { windows: 212, anomalous: 38, paddingPercent: 20.1 },
      { windows: 291, anomalous: 51, paddingPercent: 12.6 },
    ]);
  });

  test('padding masked drops the windows of nothing but padding: 463, 210 and 291', () => {
    const masked = cut('masked');
    expect(masked.map(counts).map(({ windows, anomalous }) => [windows, anomalous])).toEqual([
      [463, 97],
      [210, 38],
      [291, 51],
    ]);
    for (const { lengths } of masked) expect(Math.min(...Array.from(lengths))).toBeGreaterThan(0);
  });
});
