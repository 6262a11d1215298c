import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../results', import.meta.url));

/** benchmarks/results/<day>-<name>.<extension> */
export function resultFile(date, name, extension) {
  mkdirSync(folder, { recursive: true });
  return path.join(folder, `${date.slice(0, 10)}-${name}.${extension}`);
}

/** Writes a dated JSON file; a later run of the same day replaces it. */
export function writeResult(name, result) {
  const file = resultFile(result.date, name, 'json');
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`written to ${path.relative(process.cwd(), file)}`);
}

/** Median and range of some seconds. */
export function summary(seconds) {
  const sorted = [...seconds].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
  return { median: round(median), least: round(sorted[0]), most: round(sorted.at(-1)), runs: sorted.length };
}

function round(seconds) {
  return Number(seconds.toPrecision(4));
}
