import { demoSeries, loadDataset } from '../../ts/data';

describe('demo data', () => {
  test('the same seed gives the same bits, another seed others', () => {
    const [first, again, other] = [undefined, 0, 1].map((seed) => demoSeries(seed).valid[7]);
    expect(again).toEqual(first);
    expect(Buffer.from(again.data.buffer).equals(Buffer.from(first.data.buffer))).toBe(true);
    expect(other.data.subarray(0, 9000)).not.toEqual(first.data.subarray(0, 9000));
  });

  test.each([200, 500])('needs no files; %d rows a window: some windows anomalous, fewer points', async (splitSize) => {
    const options = {
      dataDir: '/no/such/folder',
      dataset: 'demo',
      splitSize,
      granularity: 4,
      padding: 'masked',
      scale: 'file',
    } as const;
    const { train, valid, test, channels, channelNames } = await loadDataset(options);
    expect(channels).toBe(5);
    expect(channelNames).toHaveLength(5);
    for (const split of [train, valid!, test!]) {
      const windows = split.weakLabel!.reduce((sum, label) => sum + label, 0) / split.shape[0];
      const points = split.denseLabel!.reduce((sum, label) => sum + label, 0) / split.denseLabel!.length;
      expect(windows).toBeGreaterThan(0.1);
      expect(windows).toBeLessThan(0.5);
      expect(points).toBeGreaterThan(0.03);
      expect(points).toBeLessThan(0.15);
      expect(split.data.every(Number.isFinite)).toBe(true);
    }
  });
});
