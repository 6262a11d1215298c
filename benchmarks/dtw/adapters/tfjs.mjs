// softDtwLoss and its gradients on one of the tfjs backends, back in a typed array.
import * as tf from '@tensorflow/tfjs';
import { softDtwLoss, useBackend } from '../../../dist/tfjs/index.js';

export const check = ({ backend }) => useBackend(backend);

export const tasks = {
  softLoss: ({ x, y }, { gamma }) => {
    const [tensorX, tensorY] = [x, y].map(({ data, shape }) => tf.tensor3d(data, shape));
    const lossAndGradients = tf.valueAndGrads((xs, ys) => softDtwLoss(xs, ys, { gamma, reduction: 'sum' }));
    return {
      call: () => {
        const { value, grads } = lossAndGradients([tensorX, tensorY]);
        // Not inside a tf.tidy that returns them: it would look for tensors among their elements.
        const outputs = { total: value.dataSync(), x: grads[0].dataSync(), y: grads[1].dataSync() };
        tf.dispose([value, ...grads]);
        return outputs;
      },
      results: (outputs) => outputs,
    };
  },
};
