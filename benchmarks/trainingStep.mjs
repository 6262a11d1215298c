// One training step (batch 32 x 500 x 8) and its forward pass alone: ours with both losses against PyTorch and tfjs-node, which have the classification loss
// alone. Every side is checked first; all sides of a precision, at every number of threads, run in turn on the same cores.
//   npm run bench:step [-- --rounds 15 --threads 1,2 --precisions float32,bf16 --python FILE]
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { circumstances } from './common/machine.mjs';
import { summary, writeResult } from './common/results.mjs';
import { compareAnswers } from './trainingStep/check.mjs';
import { writeInputs } from './trainingStep/inputs.mjs';
import { ratios, scaling } from './trainingStep/report.mjs';
import { startSides, startWetas } from './trainingStep/sides.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    threads: { type: 'string', default: '1,2' },
    precisions: { type: 'string', default: 'float32,bf16' },
    python: { type: 'string', default: '.venv/bin/python' },
  },
});
const rounds = Number(values.rounds);
const threadCounts = values.threads.split(',').map(Number);
const works = ['step', 'forward'];

const folder = mkdtempSync(path.join(os.tmpdir(), 'wetas-bench-'));
const inputs = path.join(folder, 'inputs.safetensors');
writeInputs(inputs);
const expected = await answerInFloat32();
const results = [];
for (const precision of values.precisions.split(',')) results.push(...(await race(precision)));
rmSync(folder, { recursive: true });

const table = ratios(results);
console.table(table);
const scalings = scaling(results);
if (scalings.length > 0) console.table(scalings);
writeResult('training-step', { ...circumstances(), unit: 's', ratios: table, scalings, results });

async function answerInFloat32() {
  const reference = await startWetas({ precision: 'float32', threads: 1 });
  const answer = await reference.check(inputs);
  await reference.stop();
  return answer;
}

async function race(precision) {
  const entries = [];
  for (const threads of threadCounts) {
    const sides = await startSides({ precision, threads, python: values.python });
    for (const [name, side] of Object.entries(sides)) {
      const difference = compareAnswers(name, precision, await side.check(inputs), expected);
      for (const work of works) await side[work](); // warms up, compiles
      entries.push({ name, threads, side, difference, seconds: { step: [], forward: [] }, peakBytes: 0 });
    }
  }
  for (let round = 1; round <= rounds; round++) {
    console.log(`${precision}: round ${round} of ${rounds}`);
    for (const entry of entries) await takeTurn(entry);
  }
  await Promise.all(entries.map(({ side }) => side.stop()));
  return entries.map(({ name, threads, side, difference, seconds, peakBytes }) => ({
    name,
    precision,
    threads,
    step: summary(seconds.step),
    forward: summary(seconds.forward),
    difference,
    peakMB: Math.round(peakBytes / 1e6),
    about: side.about,
  }));
}

async function takeTurn(entry) {
  for (const work of works) {
    // The threads of the side before spin for some milliseconds after their work.
    await setTimeout(20);
    const { seconds, peakBytes } = await entry.side[work]();
    entry.seconds[work].push(seconds);
    entry.peakBytes = peakBytes;
  }
}
