import * as tf from '@tensorflow/tfjs';
import { mersenne } from 'pure-rand/generator/mersenne';
import { completeConfig } from '../../dist/model/config.js';
import { DiCNN } from '../../dist/model/dicnn.js';
import { validMask } from '../../dist/model/validMask.js';
import { Adam } from '../../dist/training/adam.js';
import { makeBatch } from '../../dist/training/batches.js';
import { objective } from '../../dist/training/objective.js';
import { emgShapedWindows } from './emgShaped.mjs';

export const batchShape = [32, 500, 8];

/**
 * The default network and one batch of EMG's shape, 32 x 500 x 8, on the backend in use.
 * @returns step: forward, both losses, backward, Adam, as the trainer has them; `look` is given the losses and the gradients by name (tensors, valid during
 * the call). forward: the scores, without gradients.
 */
export function makeTrainingStep({ precision, biasInit = 'zeros' } = {}) {
  const config = completeConfig({ channels: 8, precision });
  const model = new DiCNN(config, { biasInit, random: mersenne(0) });
  const adam = new Adam(model.variables);
  const [batchSize] = batchShape;
  const windows = emgShapedWindows(batchSize, 1);
  const mask = validMask(windows, config.padding);
  const all = Int32Array.from({ length: batchSize }, (_, window) => window);

  const step = (look) =>
    tf.tidy(() => {
      const batch = makeBatch(windows, mask, all);
      let losses;
      const { grads } = tf.variableGrads(() => {
        const { total, losses: terms } = objective(model.forward(batch.x, batch.mask), batch, config);
        losses = terms;
        return total;
      }, Object.values(model.variables));
      adam.step(5e-4, grads);
      look?.(losses, byName(model.variables, grads));
    });
  const forward = () =>
    tf.tidy(() => {
      const { x, mask: real } = makeBatch(windows, mask, all);
      const { weakLogit, denseLogit } = model.forward(x, real);
      return [weakLogit, denseLogit].map((logit) => tf.sigmoid(logit).dataSync());
    });
  return { step, forward, dispose: () => model.dispose() };
}

/** Without those of the parameters that feed nothing. */
function byName(variables, grads) {
  const found = Object.entries(variables).filter(([, variable]) => grads[variable.name]);
  return new Map(found.map(([name, variable]) => [name, grads[variable.name]]));
}
