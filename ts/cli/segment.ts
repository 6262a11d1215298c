import { mkdirSync } from 'node:fs';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { listSeriesFiles, readSeries, type Series } from '../data';
import { Wetas, type Segmentation } from '../model';
import { checkChannels } from './checkChannels';
import { startEngine } from './engine';
import type { SegmentSettings } from './options';
import { checkOutFolder } from './outFolder';
import { required } from './settings';
import { UsageError } from './UsageError';

/**
 * `wetas segment`: for each series `<name>.segments.csv` (start, end, confidence; rows [start, end) counted from 0), `<name>.scores.csv` (one line a row)
 * and `<name>.json` (both of these) in --out, each replaced as a whole.
 */
export async function segment(settings: SegmentSettings): Promise<void> {
  const { model: modelFolder, input, out } = required(settings, 'model', 'input', 'out');
  checkOutFolder(out);
  const files = await inputFiles(input);
  await startEngine(settings);
  const model = await Wetas.load(modelFolder, settings);
  mkdirSync(out, { recursive: true });
  let total = 0;
  for (const file of files) {
    const series = await readSeries(file, settings);
    checkChannels(series, model.config);
    const result = await model.segment(series, settings);
    await writeResult(path.join(out, path.parse(file).name), series, result);
    total += result.segments.length;
    console.log(`${series.name}: ${describe(series, result)}`);
  }
  model.dispose();
  console.log(
    `${total} ${total === 1 ? 'segment' : 'segments'} in ${files.length} ${files.length === 1 ? 'file' : 'files'}; written to ${out}`,
  );
}

/** The file itself, or the files of a folder. Throws UsageError where two would write to the same names. */
async function inputFiles(input: string): Promise<string[]> {
  const files = await listSeriesFiles(input);
  const stems = files.map((file) => path.parse(file).name);
  const twice = stems.find((stem, i) => stems.indexOf(stem) !== i);
  if (twice !== undefined)
    throw new UsageError(`expected files of different names in ${input} but two are called ${twice}`);
  return files;
}

function describe({ length }: Series, { segments, weakScore }: Segmentation): string {
  const rows = segments.reduce((sum, { start, end }) => sum + end - start, 0);
  return `${length} rows in ${weakScore.length} windows, ${segments.length} segments over ${rows} rows (${((100 * rows) / length).toFixed(1)} %)`;
}

async function writeResult(
  stem: string,
  { name, length }: Series,
  { segments, weakScore, denseScore, labelPosterior }: Segmentation,
): Promise<void> {
  const label = new Uint8Array(length);
  for (const { start, end } of segments) label.fill(1, start, end);
  const segmentLines = segments.map(({ start, end, confidence }) => `${start},${end},${confidence}`);
  const scoreLines = Array.from(label, (value, row) => `${row},${denseScore[row]},${labelPosterior[row]},${value}`);
  const everything = {
    name,
    rows: length,
    segments,
    weakScore: Array.from(weakScore),
    denseScore: Array.from(denseScore),
    labelPosterior: Array.from(labelPosterior),
    label: Array.from(label),
  };
  await writeFileAtomic(`${stem}.segments.csv`, csv('start,end,confidence', segmentLines));
  await writeFileAtomic(`${stem}.scores.csv`, csv('row,denseScore,labelPosterior,label', scoreLines));
  await writeFileAtomic(`${stem}.json`, `${JSON.stringify(everything)}\n`);
}

function csv(header: string, lines: string[]): string {
  return [header, ...lines, ''].join('\n');
}
