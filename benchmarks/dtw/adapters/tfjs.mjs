// softDtwLoss and its gradient on one of the tfjs backends, back in a typed array.
import * as tf from '@tensorflow/tfjs';
import { softDtwLoss, useBackend } from '../../../dist/tfjs/index.js';

export const check = ({ backend }) => useBackend(backend);

export const tasks = {
  softLoss: ({ x, y }, { gamma }) => {
    const [tensorX, tensorY] = [x, y].map(({ data, shape }) => tf.tensor3d(data, shape));
    const lossAndGradient = tf.valueAndGrad((series) => softDtwLoss(series, tensorY, { gamma, reduction: 'sum' }));
    return {
      call: () =>
        tf.tidy(() => {
          const { value, grad } = lossAndGradient(tensorX);
          return { total: value.dataSync(), x: grad.dataSync() };
        }),
      results: (outputs) => outputs,
    };
  },
};
