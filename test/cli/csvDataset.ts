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
