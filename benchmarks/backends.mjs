// One training step of the default network, the same weights and batch (32 x 500 x 8), on every backend: its time, and how far its loss
// and gradients are from those of the native backend. npm run bench:backends [-- --threads N --steps N]
import os from 'node:os';
import { parseArgs } from 'node:util';
import { setThreads } from '../dist/index.js';
import { useBackend } from '../dist/tfjs/index.js';
import { circumstances } from './common/machine.mjs';
import { summary, writeResult } from './common/results.mjs';
import { batchShape, makeTrainingStep } from './common/trainingStep.mjs';

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: String(os.availableParallelism()) },
    steps: { type: 'string', default: '7' },
  },
});
setThreads(Number(values.threads));

const results = [];
for (const backend of ['native', 'wasm', 'tensorflow', 'cpu']) {
  try {
    await useBackend(backend);
  } catch (error) {
    console.log(`${backend} is left out: ${error.message}`);
    continue;
  }
  results.push({ backend, ...measure(backend === 'cpu' ? 1 : Number(values.steps)) });
}
const [native] = results;
const table = results.map(({ backend, loss, gradients, ...measured }) => ({
  backend,
  ...measured,
  loss,
  lossDifference: Math.abs(loss / native.loss - 1),
  ...gradientDifference(gradients, native.gradients),
}));
console.table(table.map(({ seconds, ...row }) => ({ ...row, seconds: seconds.median })));
writeResult('backends', { ...circumstances(), unit: 's', batch: batchShape, results: table });

/** The loss and gradients at the given weights, and the seconds of steps that follow. The first step warms up, unless it is the only one. */
function measure(steps) {
  const { step, dispose } = makeTrainingStep({ biasInit: 'normal' });
  const seconds = [];
  let first;
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    step((losses, gradients) => (first ??= { loss: losses.loss, gradients: copied(gradients) }));
    if (i > 0 || steps === 1) seconds.push((performance.now() - start) / 1000);
  }
  dispose();
  return { ...first, seconds: summary(seconds) };
}

function copied(gradients) {
  return new Map(Array.from(gradients, ([name, gradient]) => [name, gradient.dataSync().slice()]));
}

/** The worst tensor's largest difference as a share of its largest |value|, and its distance in L2 as a share of its norm. */
function gradientDifference(gradients, expected) {
  let [worstOfLargest, worstInL2] = [0, 0];
  for (const [name, reference] of expected) {
    const difference = gradients.get(name).map((value, i) => value - reference[i]);
    const largest = (array) => array.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    worstOfLargest = Math.max(worstOfLargest, largest(difference) / largest(reference));
    worstInL2 = Math.max(worstInL2, Math.hypot(...difference) / Math.hypot(...reference));
  }
  return { gradientDifference: worstOfLargest, gradientDifferenceL2: worstInL2 };
}
