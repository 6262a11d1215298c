// The public API with `out`: gradients go into the same arrays at every call.
import { softDtwGradient, softDtwGradientFromCost } from '../../../dist/index.js';

export const tasks = {
  softGradientFromCost: ({ cost: { data, shape } }, options) => {
    const out = { cost: new Float32Array(data.length) };
    return {
      call: () => softDtwGradientFromCost({ cost: data, shape }, { ...options, out }),
      results: ({ value, cost }) => ({ value, cost }),
    };
  },
  softGradient: ({ x, y }, options) => {
    const inputs = { x, y };
    const out = Object.fromEntries(options.wrt.map((name) => [name, new Float32Array(inputs[name].data.length)]));
    return { call: () => softDtwGradient(x, y, { ...options, out }), results: (outputs) => outputs };
  },
};
