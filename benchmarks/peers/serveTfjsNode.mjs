// A training step of WETAS in @tensorflow/tfjs-node as it is: ordinary ops, none of our kernels, its own Adam. As in torch_training.py, whose commands these
// are, the alignment loss is left out.
import * as tf from '@tensorflow/tfjs';
import { completeConfig } from '../../dist/model/config.js';
import { classificationLoss } from '../../dist/model/losses.js';
import { useBackend } from '../../dist/tfjs/index.js';
import { emgShapedWindows } from '../common/emgShaped.mjs';
import { serve, timed } from '../common/serve.mjs';
import { answerCheck } from '../trainingStep/answerCheck.mjs';
import { readInputs } from '../trainingStep/inputs.mjs';
import { TfjsNetwork } from './tfjsNodeNetwork.mjs';

try {
  await useBackend('tensorflow');
} catch (error) {
  await serve({ absent: error.message }, {});
  process.exit();
}
const network = new TfjsNetwork(completeConfig({ channels: 8 }));
const trained = Object.values(network.variables);
const adam = tf.train.adam(5e-4);
const { data, shape, weakLabel } = emgShapedWindows(32, 1);

await serve({ tfjs: tf.version.tfjs }, { step: timed(step), forward: timed(forward), check });

function step() {
  tf.tidy(() => {
    const x = batch();
    const label = tf.tensor1d(Float32Array.from(weakLabel));
    adam.minimize(() => classificationLoss(network.forward(x).weakLogit, label), true, trained).dataSync();
  });
}

function forward() {
  tf.tidy(() => {
    const { weakLogit, denseLogit } = network.forward(batch());
    for (const logit of [weakLogit, denseLogit]) tf.sigmoid(logit).dataSync();
  });
}

/** Of a copy, because tfjs keeps the array that it is given. */
function batch() {
  return tf.tensor3d(data.slice(), shape);
}

function check(file) {
  const { weights, ...given } = readInputs(file);
  network.setWeights(weights);
  return answerCheck((x) => network.forward(x).weakLogit, network.variables, given);
}
