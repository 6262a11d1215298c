import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Rows of a two-channel series in which the anomaly, where there is one, is a burst in rows 30 to 44. */
export function csvSeries(rows: number, anomalous: boolean, seed: number): string {
  const lines = ['wave,drift,label'];
  for (let row = 0; row < rows; row++) {
    const label = anomalous && row >= 30 && row < 45 ? 1 : 0;
    const wave = Math.sin(row / 3 + seed) * (label ? 4 : 1);
    lines.push(`${wave},${Math.cos((row + seed) / 11)},${label}`);
  }
  return lines.join('\n') + '\n';
}

/** <folder>/bursts/{train,valid,test}/*.csv; every other file has an anomaly. */
export function writeCsvDataset(folder: string): void {
  let seed = 0;
  for (const [split, files] of Object.entries({ train: 6, valid: 4, test: 4 })) {
    const splitFolder = path.join(folder, 'bursts', split);
    mkdirSync(splitFolder, { recursive: true });
    for (let i = 0; i < files; i++) {
      writeFileSync(path.join(splitFolder, `${i}.csv`), csvSeries(70, i % 2 === 1, seed++));
    }
  }
}

/** <folder>/weak/train: the same kind of series without point labels, and labels.csv with those of their windows of 20 rows; no other split. */
export function writeWeakDataset(folder: string): void {
  const trainFolder = path.join(folder, 'weak', 'train');
  mkdirSync(trainFolder, { recursive: true });
  const labels = ['file,window,label'];
  for (let i = 0; i < 6; i++) {
    writeFileSync(path.join(trainFolder, `${i}.csv`), withoutLabels(csvSeries(80, i % 2 === 1, i)));
    for (let window = 0; window < 4; window++) {
      // Rows 30 to 44 lie in windows 1 and 2.
      labels.push(`${i}.csv,${window},${i % 2 === 1 && (window === 1 || window === 2) ? 1 : 0}`);
    }
  }
  writeFileSync(path.join(trainFolder, 'labels.csv'), labels.join('\n') + '\n');
}

export function withoutLabels(csv: string): string {
  return csv.replace(/,[^,]*$/gm, '');
}
