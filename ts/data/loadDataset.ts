import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from './dataError';
import type { CsvOptions } from './csvColumns';
import { demoSeries } from './demo';
import { LABELS_FILE, listSeriesFiles, readSeries } from './readSeries';
import { fitScaler, type Scaler } from './scaler';
import { checkSameChannels, type Series } from './series';
import { readWeakLabels } from './weakLabels';
import { makeWindows, type Padding, type Windows } from './windows';

const SPLITS = ['train', 'valid', 'test'] as const;
type Splits<T> = Partial<Record<(typeof SPLITS)[number], T>>;

export interface DatasetOptions extends CsvOptions {
  /** Folder that holds one folder per dataset; not read for the built-in `demo`. */
  dataDir: string;
  dataset: string;
  /** Time steps of a window, >= 1. */
  splitSize: number;
  /** Pieces of a window in its sequential label: a file needs two rows more. */
  granularity: number;
  padding: Padding;
  /** Standardise over each file, over the training split, or not at all. */
  scale: Scaler['kind'];
}

export interface Dataset {
  train: Windows;
  valid?: Windows;
  test?: Windows;
  scaler: Scaler;
  channels: number;
  channelNames?: string[];
}

/**
 * Reads the splits of a dataset and cuts them into windows. A split is a folder `<dataDir>/<dataset>/train` (valid, test) of
 * files, read in the order of their names, with an optional labels.csv of weak labels; or the one file `train.csv` (.npy,
 * .npz, ...). Only train is required. The dataset `demo` is built in.
 * @throws DataError naming the folder, file, row and column of what is wrong
 */
export async function loadDataset(options: DatasetOptions): Promise<Dataset> {
  const { splitSize, granularity, padding, scale } = options;
  const folder = path.join(options.dataDir, options.dataset);
  const { train, valid, test } = await readSplits(options);
  if (!train) throw new DataError(folder, 'expected a folder or a file `train` but found none');
  checkLabelled(folder, train);
  if (valid) checkLabelled(folder, valid);
  for (const one of [...train, ...(valid ?? []), ...(test ?? [])]) {
    checkSameChannels(train[0], one);
    checkLongEnough(one, granularity);
  }

  const scaler: Scaler = scale === 'train' ? fitScaler(train) : { kind: scale };
  const cut = (series: Series[]) => makeWindows(series, splitSize, { padding, scaler });
  return {
    train: cut(train),
    valid: valid && cut(valid),
    test: test && cut(test),
    scaler,
    channels: train[0].channels,
    channelNames: train[0].channelNames,
  };
}

/** Where the first file has labels, all others must: makeWindows sees to that. */
function checkLabelled(folder: string, [{ name, pointLabel, windowLabel }]: readonly Series[]): void {
  if (pointLabel || windowLabel) return;
  throw new DataError(
    path.join(folder, name.split('/')[0]),
    'expected weak labels to train with but found none: they come from a column of point labels (`label`, `anomaly` or --label-column), ' +
      `from ${LABELS_FILE} with one label a window, or from \`y\` in .npz`,
  );
}

/** Shorter ones have fewer rows than a sequential label has entries. */
function checkLongEnough({ name, length }: Series, granularity: number): void {
  if (length >= granularity + 2) return;
  throw new DataError(name, `expected at least ${granularity + 2} rows (granularity + 2) but received ${length}`);
}

/** The series of the splits that a dataset has, as read; see loadDataset. */
export async function readSplits({
  dataDir,
  dataset,
  ...csvOptions
}: Pick<DatasetOptions, 'dataDir' | 'dataset'> & CsvOptions): Promise<Splits<Series[]>> {
  if (dataset === 'demo') return demoSeries();
  const folder = path.join(dataDir, dataset);
  if (!existsSync(folder)) throw await noSuchDataset(dataDir, dataset);
  const entries = await readdir(folder);
  const splits: Splits<Series[]> = {};
  for (const split of SPLITS) {
    const found = entries.filter((entry) => path.parse(entry).name === split || entry === split);
    if (found.length > 1) throw new DataError(folder, `expected one split ${split} but found ${found.join(' and ')}`);
    if (found.length === 1) splits[split] = await readSplit(path.join(folder, found[0]), csvOptions);
  }
  return splits;
}

async function readSplit(fileOrFolder: string, csvOptions: CsvOptions): Promise<Series[]> {
  const labelsFile = path.join(fileOrFolder, LABELS_FILE);
  const weakLabels = existsSync(labelsFile) ? await readWeakLabels(labelsFile) : undefined;
  const series: Series[] = [];
  for (const file of await listSeriesFiles(fileOrFolder)) {
    const { name, ...rest } = await readSeries(file, csvOptions);
    const windowLabel = weakLabels?.get(name) ?? rest.windowLabel;
    if (weakLabels && !weakLabels.delete(name)) {
      throw new DataError(labelsFile, `expected weak labels for the windows of ${name} but found none`);
    }
    const splitName = path.basename(fileOrFolder);
    series.push({ ...rest, windowLabel, name: splitName === name ? name : `${splitName}/${name}` });
  }
  const [unknown] = weakLabels?.keys() ?? [];
  if (unknown !== undefined)
    throw new DataError(labelsFile, `expected labels of files beside it but received ${unknown}`);
  return series;
}

async function noSuchDataset(dataDir: string, dataset: string): Promise<DataError> {
  if (!existsSync(dataDir)) return new DataError(dataDir, 'no such folder of datasets: --data-dir names it');
  const entries = await readdir(dataDir, { withFileTypes: true });
  const found = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return new DataError(
    dataDir,
    `no folder ${dataset} in this --data-dir; datasets found: ${found.sort().join(', ') || 'none'} (and demo, built in)`,
  );
}
