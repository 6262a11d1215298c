// The peak of resident memory in two epochs of training on EMG, `wetas train` with its report against PyTorch (peers/torch_training.py says what it does), one
// process after the other: npm run bench:memory -- --data-dir DIR [--rounds 3 --threads N --python FILE]
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { circumstances } from './common/machine.mjs';
import { summary, writeResult } from './common/results.mjs';
import { trainWetas } from './memory/trainWetas.mjs';
import { startTorch } from './peers/torch.mjs';

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(os.availableParallelism()) },
    python: { type: 'string', default: '.venv/bin/python' },
  },
});
if (values['data-dir'] === undefined) {
  console.error('expected --data-dir DIR, whose folder EMG holds train, valid and test');
  process.exit(2);
}
const [rounds, threads, epochs] = [Number(values.rounds), Number(values.threads), 2];

const runners = { wetas: measureWetas };
if (existsSync(values.python)) {
  for (const mode of ['eager', 'compile']) runners[`torch ${mode}`] = () => measureTorch(mode);
} else {
  console.log(`PyTorch is left out, for there is no ${values.python}: \`npm run bench:setup\` installs it.`);
}

const measured = Object.fromEntries(Object.keys(runners).map((name) => [name, []]));
for (let round = 1; round <= rounds; round++) {
  for (const [name, measure] of Object.entries(runners)) {
    const peaks = await measure();
    measured[name].push(peaks);
    console.log(`round ${round}  ${name.padEnd(14)} ${(peaks.peak / 1e6).toFixed(0)} MB`);
  }
}

const results = Object.entries(measured).map(([name, runs]) => ({
  name,
  peak: megabytes(runs.map(({ peak }) => peak)),
  // What PyTorch holds before it has trained at all is mostly its libraries, which differ between its builds.
  ...(runs[0].atStart && { atStart: megabytes(runs.map(({ atStart }) => atStart)), version: runs[0].version }),
}));
console.table(Object.fromEntries(results.map(({ name, peak }) => [name, peak])));
const [ours, ...theirs] = results.map(({ peak }) => peak.median);
const ratio = theirs.length > 0 ? Number((ours / Math.min(...theirs)).toFixed(3)) : undefined;
if (ratio) console.log(`a training takes ${ratio} of the memory of the smaller PyTorch`);
writeResult(`memory-${threads}-threads`, { ...circumstances(), threads, epochs, ratio, unit: 'MB', results });

async function measureWetas() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wetas-bench-'));
  try {
    const out = path.join(folder, 'run');
    return { peak: await trainWetas({ dataDir: values['data-dir'], dataset: 'EMG', epochs, threads, out }) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureTorch(mode) {
  const { about, epoch, stop } = await startTorch(values.python, { mode, threads });
  let last;
  for (let trained = 0; trained < epochs; trained++) last = await epoch();
  await stop();
  return { peak: last.peakBytes, atStart: about.peakBytes, version: about.torch };
}

function megabytes(bytes) {
  return summary(bytes.map((each) => each / 1e6));
}
