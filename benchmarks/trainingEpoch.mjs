// One epoch of WETAS on EMG's sizes, ours with both losses and all figures against PyTorch's without the alignment loss (peers/torch_training.py
// says what it does), in turn, on the same cores: npm run bench:epoch [-- --threads N --rounds N --python FILE]
import { existsSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { setThreads } from '../dist/index.js';
import { completeConfig } from '../dist/model/config.js';
import { useBackend } from '../dist/tfjs/index.js';
import { TrainingRun } from '../dist/training/trainingRun.js';
import { emgShapedWindows } from './common/emgShaped.mjs';
import { circumstances, pinToCores } from './common/machine.mjs';
import { summary, writeResult } from './common/results.mjs';
import { startTorch } from './peers/torch.mjs';

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: String(os.availableParallelism()) },
    rounds: { type: 'string', default: '5' },
    python: { type: 'string', default: '.venv/bin/python' },
  },
});
const threads = Number(values.threads);
const rounds = Number(values.rounds);

const runners = { wetas: await startWetas() };
if (existsSync(values.python)) {
  for (const mode of ['eager', 'compile']) {
    const torch = await startTorch(values.python, { mode, threads });
    await torch.epoch(); // warms up, compiles
    runners[`torch ${mode}`] = torch;
  }
} else {
  console.log(`PyTorch is left out, for there is no ${values.python}: \`npm run bench:setup\` installs it.`);
}

const seconds = Object.fromEntries(Object.keys(runners).map((name) => [name, []]));
for (let round = 1; round <= rounds; round++) {
  for (const [name, { epoch }] of Object.entries(runners)) {
    const taken = await epoch();
    seconds[name].push(taken);
    console.log(
      `round ${round}  ${name.padEnd(14)} train ${taken.train.toFixed(2)} s, evaluate ${taken.evaluate.toFixed(2)} s`,
    );
  }
}
for (const { stop } of Object.values(runners)) stop?.();

const results = Object.entries(seconds).map(([name, epochs]) => ({
  name,
  ...runners[name].about,
  ...Object.fromEntries(
    ['train', 'evaluate', 'epoch'].map((part) => [part, summary(epochs.map((epoch) => epoch[part]))]),
  ),
}));
console.table(Object.fromEntries(results.map(({ name, epoch }) => [name, epoch])));
const [ours, ...theirs] = results.map(({ epoch }) => epoch.median);
const ratio = theirs.length > 0 ? Number((ours / Math.min(...theirs)).toFixed(3)) : undefined;
if (ratio) console.log(`an epoch takes ${ratio} of the time of the faster PyTorch`);
writeResult(`training-epoch-${threads}-threads`, { ...circumstances(), ratio, unit: 's', results });

/** The trainer itself, after an epoch that warms up, as `wetas train` runs it with its defaults. */
async function startWetas() {
  const pinned = pinToCores(threads);
  setThreads(threads);
  await useBackend('native');
  let trained = 0;
  const run = new TrainingRun({
    train: emgShapedWindows(464, 1),
    validation: emgShapedWindows(212, 2),
    test: emgShapedWindows(291, 3),
    config: completeConfig({ channels: 8 }),
    nEpochs: Infinity,
    batchSize: 32,
    learningRate: 5e-4,
    lrSchedule: 'constant',
    warmupEpochs: 0,
    clipGradNorm: 0,
    ema: 0,
    biasInit: 'zeros',
    seed: 0,
    patience: Infinity,
    stopping: 'f1',
    stoppingSplit: 'valid',
    onStep: () => (trained = performance.now()),
  });
  const epoch = async () => {
    const start = performance.now();
    await run.epoch();
    const end = performance.now();
    return { train: (trained - start) / 1000, evaluate: (end - trained) / 1000, epoch: (end - start) / 1000 };
  };
  await epoch();
  return { epoch, about: { pinned } };
}
