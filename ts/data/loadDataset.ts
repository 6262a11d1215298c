import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from './dataError';
import { readSeries } from './readSeries';
import { fitScaler, type Scaler } from './scaler';
import type { Series } from './series';
import { makeWindows, type Padding, type Windows } from './windows';

export interface DatasetOptions {
  /** Folder that holds one folder per dataset. */
  dataDir: string;
  dataset: string;
  /** Time steps of a window, >= 1. */
  splitSize: number;
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
 * Reads `<dataDir>/<dataset>/{train,valid,test}/*` in the order of the file names and cuts the splits into windows. Only
 * train is required.
 * @throws DataError naming the folder, file, row and column of what is wrong
 */
export async function loadDataset({ dataDir, dataset, splitSize, padding, scale }: DatasetOptions): Promise<Dataset> {
  const folder = path.join(dataDir, dataset);
  if (!existsSync(folder)) throw await noSuchDataset(dataDir, dataset);

  const train = await readSplit(folder, 'train');
  const valid = await readSplit(folder, 'valid');
  const test = await readSplit(folder, 'test');
  if (!train) throw new DataError(folder, 'expected a folder `train` but found none');

  const scaler: Scaler = scale === 'train' ? fitScaler(train) : { kind: scale };
  const cut = (series?: Series[]) => series && makeWindows(series, splitSize, { padding, scaler });
  return {
    train: cut(train)!,
    valid: cut(valid),
    test: cut(test),
    scaler,
    channels: train[0].channels,
    channelNames: train[0].channelNames,
  };
}

async function readSplit(folder: string, split: string): Promise<Series[] | undefined> {
  const splitFolder = path.join(folder, split);
  if (!existsSync(splitFolder)) return undefined;
  const files = (await readdir(splitFolder)).sort();
  const series: Series[] = [];
  for (const file of files) {
    series.push({ ...(await readSeries(path.join(splitFolder, file))), name: `${split}/${file}` });
  }
  return series;
}

async function noSuchDataset(dataDir: string, dataset: string): Promise<DataError> {
  if (!existsSync(dataDir)) return new DataError(dataDir, 'no such folder of datasets');
  const found = (await readdir(dataDir)).sort().join(', ') || 'none';
  return new DataError(dataDir, `no folder ${dataset}; datasets found: ${found}, and the built-in demo`);
}
