// The public API on typed arrays.
import {
  dtw,
  dtwPath,
  pairwise,
  softDtw,
  softDtwFromCost,
  softDtwGradient,
  softDtwGradientFromCost,
} from '../../../dist/index.js';
import { checkDevice } from './checkDevice.mjs';

export { checkDevice as check };

export const tasks = {
  softGradientFromCost: ({ cost }, options) => ({
    call: () => softDtwGradientFromCost({ cost: cost.data, shape: cost.shape }, options),
    results: ({ value, cost: E }) => ({ value, cost: E }),
  }),
  softValueFromCost: ({ cost }, options) => ({
    call: () => softDtwFromCost({ cost: cost.data, shape: cost.shape }, options),
    results: (value) => ({ value }),
  }),
  softGradient: ({ x, y }, options) => ({ call: () => softDtwGradient(x, y, options), results: (outputs) => outputs }),
  softLoss: ({ x, y }, options) => ({
    call: () => softDtwGradient(x, y, options),
    results: ({ value, ...gradients }) => ({ total: [value.reduce((sum, each) => sum + each, 0)], ...gradients }),
  }),
  softValue: ({ x, y }, options) => ({
    call: () => softDtw(x.data, y.data, options),
    results: (value) => ({ value: [value] }),
  }),
  distance: ({ x, y }, options) => ({
    call: () => dtw(x.data, y.data, options),
    results: (value) => ({ value: [value] }),
  }),
  path: ({ x, y }, options) => ({
    call: () => dtwPath(x.data, y.data, options),
    results: ({ value, path }) => ({ value: [value], path }),
  }),
  pairwise: ({ x }, options) => {
    const set = { data: x.data, shape: [...x.shape, 1] };
    return { call: () => pairwise(set, undefined, { ...options, condensed: true }), results: (value) => ({ value }) };
  },
};
