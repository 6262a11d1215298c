import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DataError, listSeriesFiles, loadDataset, type DatasetOptions } from '../../ts/data';
import { float64Bytes, npy, npz, temporaryFolder } from './files';

const folder = temporaryFolder();
let datasets = 0;

/** Writes a dataset from its files and loads it. */
function load(files: Record<string, string | Uint8Array>, options: Partial<DatasetOptions> = {}) {
  const dataset = `set${datasets++}`;
  for (const [name, content] of Object.entries(files)) folder.file(path.join(dataset, name), content);
  // Files of two rows are long enough: nothing here is trained.
  const defaults = { splitSize: 2, granularity: 0, padding: 'masked', scale: 'none' } as const;
  return loadDataset({ dataDir: folder.path, dataset, ...defaults, ...options });
}
const labelled = 'a,label\n1,0\n2,1\n';

describe('1. splits', () => {
  test('folders, in the order of file names; only train is required', async () => {
    const { train, valid, test, channels, channelNames, scaler } = await load({
      'train/b.csv': 'a,label\n3,0\n3,0\n',
      'train/B.csv': 'a,label\n2,0\n2,0\n',
      'train/10.csv': 'a,label\n1,0\n1,1\n',
      'train/.DS_Store': 'x',
    });
    expect(train.names).toEqual(['train/10.csv', 'train/B.csv', 'train/b.csv']);
    expect(Array.from(train.data)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(Array.from(train.weakLabel!)).toEqual([1, 0, 0]);
    expect({ valid, test, channels, channelNames, scaler }).toEqual({
      channels: 1,
      channelNames: ['a'],
      scaler: { kind: 'none' },
    });
  });

  test('one file for a split, of another kind for another', async () => {
    const windows = npz({
      x: npy('<f8', [2, 2, 1], float64Bytes([1, 2, 3, 4])),
      y: npy('|u1', [2], Uint8Array.of(0, 1)),
    });
    const { train, valid, test } = await load({ 'train.csv': labelled, 'valid.npz': windows, 'test/a.csv': labelled });
    expect(train.names).toEqual(['train.csv']);
    expect(Array.from(valid!.weakLabel!)).toEqual([0, 1]);
    expect(valid!.denseLabel).toBeUndefined();
    expect(Array.from(test!.denseLabel!)).toEqual([0, 1]);
  });

  test('scale train is fitted on the training split and used on the others', async () => {
    const files = {
      'train/a.csv': 'a,label\n1,0\n3,0\n',
      'train/b.csv': 'a,label\n5,0\n7,0\n',
      'test/a.csv': 'a\n4\n9\n',
    };
    const { scaler, test } = await load(files, { scale: 'train' });
    expect(scaler).toEqual({ kind: 'train', mean: [4], standardDeviation: [Math.sqrt(5)] });
    expect(Array.from(test!.data)).toEqual([0, Math.fround(5 / Math.sqrt(5))]);
  });

  test('listSeriesFiles takes a file or a folder', async () => {
    const file = folder.file('some/b.csv', labelled);
    folder.file('some/a.npy', '');
    folder.file('some/labels.csv', '');
    expect(await listSeriesFiles(file)).toEqual([file]);
    expect(await listSeriesFiles(path.dirname(file))).toEqual(
      ['a.npy', 'b.csv'].map((name) => path.join(folder.path, 'some', name)),
    );
  });
});

describe('2. labels.csv', () => {
  const series = { 'train/a.csv': 'x\n1\n2\n3\n', 'train/b.csv': 'x\n4\n5\n' };
  const labels = (text: string) => load({ ...series, 'train/labels.csv': text });

  test('one row per window, in any order; no point labels needed', async () => {
    const { train } = await labels('file,window,label\nb.csv,0,1\na.csv,1,0\na.csv,0,1\n');
    expect(Array.from(train.data)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(Array.from(train.weakLabel!)).toEqual([1, 0, 1]);
    expect(train.denseLabel).toBeUndefined();
  });

  test.each([
    [
      'another header',
      'name,window,label\n',
      'expected the header file,window,label but received "name,window,label" at row 1',
    ],
    [
      'a label of 2',
      'file,window,label\na.csv,0,2\n',
      'expected a label of 0 or 1 but received 2 at row 2, column "label"',
    ],
    [
      'a window of 0.5',
      'file,window,label\na.csv,0.5,1\n',
      'expected a window number counted from 0 but received 0.5 at row 2',
    ],
    [
      'a window twice',
      'file,window,label\na.csv,0,1\na.csv,0,1\n',
      'each window once but received window 0 of a.csv again at row 3',
    ],
    ['a gap', 'file,window,label\na.csv,0,1\na.csv,2,1\n', 'each of the 2 windows of a.csv but window 1 has none'],
    ['a short row', 'file,window,label\na.csv,0\n', 'expected 3 cells but received 2 at row 2'],
    [
      'too few',
      'file,window,label\na.csv,0,1\nb.csv,0,1\n',
      'train/a.csv: expected 2 weak labels, one per window of 2 time steps, but received 1',
    ],
    [
      'a file without',
      'file,window,label\na.csv,0,1\na.csv,1,1\n',
      'expected weak labels for the windows of b.csv but found none',
    ],
    [
      'an unknown file',
      'file,window,label\na.csv,0,1\na.csv,1,1\nb.csv,0,1\nc.csv,0,0\n',
      'expected labels of files beside it but received c.csv',
    ],
  ])('%s', async (_, text, message) => {
    await expect(labels(text)).rejects.toThrow(DataError);
    await expect(labels(text)).rejects.toThrow(message);
  });
});

describe('3. refusals', () => {
  test('no such dataset: says which there are', async () => {
    folder.file('EMG/train/a.csv', labelled);
    const options = { splitSize: 2, granularity: 0, padding: 'masked', scale: 'file' } as const;
    const missing = loadDataset({ ...options, dataDir: folder.path, dataset: 'EGM' });
    await expect(missing).rejects.toThrow(
      new RegExp(`^${folder.path}: no folder EGM in this --data-dir; datasets found: EMG, .*\\(and demo, built in\\)$`),
    );
    const nowhere = path.join(folder.path, 'nowhere');
    await expect(loadDataset({ ...options, dataDir: nowhere, dataset: 'EMG' })).rejects.toThrow(
      `${nowhere}: no such folder of datasets: --data-dir names it`,
    );
  });

  test('no train, an empty split, a split twice', async () => {
    await expect(load({ 'test/a.csv': labelled })).rejects.toThrow(
      'expected a folder or a file `train` but found none',
    );
    mkdirSync(path.join(folder.path, `set${datasets}`, 'train'), { recursive: true });
    await expect(load({})).rejects.toThrow('train: expected at least one file but the folder has none');
    await expect(load({ 'train/a.csv': labelled, 'train.csv': labelled })).rejects.toThrow(
      'expected one split train but found train and train.csv',
    );
  });

  test('train or valid without weak labels: says where they could come from', async () => {
    const bare = 'a\n1\n2\n';
    const where = (split: string) => path.join(folder.path, `set${datasets - 1}`, split);
    const sentence =
      ': expected weak labels to train with but found none: they come from a column of point labels (`label`, `anomaly` or --label-column), ' +
      'from labels.csv with one label a window, or from `y` in .npz';
    await expect(load({ 'train/a.csv': bare })).rejects.toThrow(new DataError(where('train'), sentence.slice(2)));
    const validFile = load({ 'train/a.csv': labelled, 'valid.csv': bare });
    await expect(validFile).rejects.toThrow(`set${datasets - 1}/valid.csv${sentence}`);
    expect((await load({ 'train/a.csv': labelled, 'test/a.csv': bare })).test!.weakLabel).toBeUndefined();
  });

  test.each(['train', 'valid', 'test'])('a file in %s with fewer rows than a sequential label has', async (split) => {
    const rows = (count: number) => `a,label\n${'1,0\n'.repeat(count)}`;
    const files = (count: number) => ({ 'train/long.csv': rows(9), [`${split}/short.csv`]: rows(count) });
    await expect(load(files(4), { granularity: 3 })).rejects.toThrow(
      `${split}/short.csv: expected at least 5 rows (granularity + 2) but received 4`,
    );
    // Windows of one row are what is left over at the front of a long file.
    const loaded = await load({ ...files(5), 'train/long.csv': rows(9) }, { granularity: 3 });
    expect(Array.from(loaded.train.lengths!)).toContain(1);
  });

  test('files that do not fit together, within a split and between splits', async () => {
    const wide = 'a,b,label\n1,2,0\n';
    await expect(load({ 'train/a.csv': labelled, 'train/b.csv': wide })).rejects.toThrow(
      'train/b.csv: expected 1 channels, as in train/a.csv, but received 2',
    );
    await expect(load({ 'train/a.csv': labelled, 'test/b.csv': wide })).rejects.toThrow(
      'test/b.csv: expected 1 channels, as in train/a.csv, but received 2',
    );
    await expect(load({ 'train/a.csv': labelled, 'test/b.csv': 'b,label\n1,0\n' })).rejects.toThrow(
      'test/b.csv: expected the columns of train/a.csv (a) but received b',
    );
  });

  test('a file of another kind, a folder in a split', async () => {
    await expect(load({ 'train/a.csv': labelled, 'train/notes.md': 'x' })).rejects.toThrow(
      'notes.md: expected a file ending in .csv',
    );
    await expect(load({ 'train/deep.csv/a.csv': labelled })).rejects.toThrow(DataError);
  });
});
