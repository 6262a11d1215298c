// One training step of the default network, the same weights and batch (32 x 500 x 8), on every backend: its time, and how far its loss
// and gradients are from those of the native backend. npm run bench:backends [-- --threads N --steps N]
import os from 'node:os';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { mersenne } from 'pure-rand/generator/mersenne';
import { setThreads } from '../dist/index.js';
import { completeConfig } from '../dist/model/config.js';
import { DiCNN } from '../dist/model/dicnn.js';
import { initialWeights } from '../dist/model/parameters.js';
import { validMask } from '../dist/model/validMask.js';
import { useBackend } from '../dist/tfjs/index.js';
import { Adam } from '../dist/training/adam.js';
import { makeBatch } from '../dist/training/batches.js';
import { objective } from '../dist/training/objective.js';
import { emgShapedWindows } from './common/emgShaped.mjs';
import { circumstances } from './common/machine.mjs';
import { summary, writeResult } from './common/results.mjs';

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: String(os.availableParallelism()) },
    steps: { type: 'string', default: '7' },
  },
});
setThreads(Number(values.threads));

const batchSize = 32;
const config = completeConfig({ channels: 8 });
const weights = initialWeights(config, { biasInit: 'normal', random: mersenne(0) });
const windows = emgShapedWindows(batchSize, 1);
const mask = validMask(windows, config.padding);

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
writeResult('backends', { ...circumstances(), unit: 's', batch: [batchSize, 500, 8], results: table });

/** The loss and gradients at the given weights, and the seconds of steps that follow. The first step warms up, unless it is the only one. */
function measure(steps) {
  const model = new DiCNN(config, weights);
  const adam = new Adam(model.variables);
  const seconds = [];
  let first;
  for (let step = 0; step < steps; step++) {
    const start = performance.now();
    tf.tidy(() => {
      const batch = makeBatch(
        windows,
        mask,
        Int32Array.from({ length: batchSize }, (_, window) => window),
      );
      let loss;
      const { grads } = tf.variableGrads(() => {
        const { total, losses } = objective(model.forward(batch.x), batch, config);
        loss = losses.loss;
        return total;
      }, Object.values(model.variables));
      adam.step(5e-4, grads);
      first ??= { loss, gradients: gradientsByName(model, grads) };
    });
    if (step > 0 || steps === 1) seconds.push((performance.now() - start) / 1000);
  }
  model.dispose();
  return { ...first, seconds: summary(seconds) };
}

function gradientsByName(model, grads) {
  const found = Object.entries(model.variables).filter(([, variable]) => grads[variable.name]);
  return new Map(found.map(([name, variable]) => [name, grads[variable.name].dataSync().slice()]));
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
