// What a sample of 8 channels costs in Wetas.stream() with the default network, from the first to the millionth: npm run bench:streaming [-- --samples N]
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { mersenne } from 'pure-rand/generator/mersenne';
import { setThreads } from '../dist/index.js';
import { completeConfig } from '../dist/model/config.js';
import { Wetas } from '../dist/model/index.js';
import { writeModel } from '../dist/model/modelFolder.js';
import { initialWeights } from '../dist/model/parameters.js';
import { emgShapedWindows } from './common/emgShaped.mjs';
import { circumstances } from './common/machine.mjs';
import { writeResult } from './common/results.mjs';

const { values } = parseArgs({ options: { samples: { type: 'string', default: '1000000' } } });
const [samples, parts, channels] = [Number(values.samples), 10, 8];

setThreads(1);
const model = await randomModel();
const { data } = emgShapedWindows(20, 1);
const rows = data.length / channels;
let windows = 0;
const stream = model.stream({ onWindow: () => windows++ });
const results = [];
for (let part = 1; part <= parts; part++) {
  const [started, cpuBefore] = [performance.now(), process.cpuUsage()];
  for (let i = 0; i < samples / parts; i++) {
    const row = i % rows;
    stream.push(data.subarray(row * channels, (row + 1) * channels));
  }
  const [taken, { user, system }] = [performance.now() - started, process.cpuUsage(cpuBefore)];
  const { rss, arrayBuffers } = process.memoryUsage();
  results.push({
    samples: (part * samples) / parts,
    millisecondsASample: round(taken / (samples / parts)),
    cpuMillisecondsASample: round((user + system) / 1000 / (samples / parts)),
    residentMB: Math.round(rss / 1e6),
    arrayBuffersMB: Math.round(arrayBuffers / 1e6),
  });
}
console.table(results);
console.log(`${windows} windows closed`);
writeResult('streaming', { ...circumstances(), windows, results });

async function randomModel() {
  const scaler = {
    kind: 'train',
    mean: new Array(channels).fill(0),
    standardDeviation: new Array(channels).fill(1),
  };
  const config = completeConfig({ channels, scaler });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wetas-streaming-'));
  await writeModel(folder, config, [initialWeights(config, { biasInit: 'zeros', random: mersenne(1) })]);
  const loaded = await Wetas.load(folder);
  rmSync(folder, { recursive: true });
  return loaded;
}

function round(milliseconds) {
  return Number(milliseconds.toPrecision(3));
}
