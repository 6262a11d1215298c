import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadDataset, type Windows } from '../../ts/data';

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

describeWithEmg('EMG, the authors files', () => {
  const load = (padding: 'reference' | 'masked') =>
    loadDataset({ dataDir, dataset: 'EMG', splitSize: 500, padding, scale: 'file' });

  test('padding reference: 464, 212 and 291 windows of 8 channels', async () => {
    const { train, valid, test, channels } = await load('reference');
    expect(channels).toBe(8);
    expect(counts(train)).toEqual({ windows: 464, anomalous: 97, paddingPercent: 8.7 });
    expect(counts(valid!)).toEqual({ windows: 212, anomalous: 38, paddingPercent: 20.1 });
    expect(counts(test!)).toEqual({ windows: 291, anomalous: 51, paddingPercent: 12.6 });
    expect(sum([train, valid!, test!].map((split) => sum(split.lengths!)))).toBe(423_825);
    expect(sum([train, valid!, test!].map((split) => sum(split.denseLabel!)))).toBe(25_301);
  });

  test('padding masked drops the windows of nothing but padding: 463, 210 and 291', async () => {
    const { train, valid, test } = await load('masked');
    expect([train, valid!, test!].map((split) => [split.shape[0], sum(split.weakLabel!)])).toEqual([
      [463, 97],
      [210, 38],
      [291, 51],
    ]);
    expect(Math.min(...Array.from(train.lengths!))).toBeGreaterThan(0);
  });
});
