// The addon without the TypeScript above it, its outputs written into the same arrays at every call.
import { loadBinding } from '../../../dist/native/loadBinding.js';
import { checkDevice } from './checkDevice.mjs';

export { checkDevice as check };

const everyPath = (pattern) => [pattern, 0, 0, false, false, 0];
const cpu = 1; // a DeviceCode
const native = loadBinding();

export const tasks = {
  softGradientFromCost: ({ cost }, { gamma, stepPattern }) => {
    const outputs = { value: new Float32Array(cost.shape[0]), cost: new Float32Array(cost.data.length) };
    const paths = everyPath(stepPattern === 'stayOrAdvance' ? 1 : 0);
    return {
      call: () =>
        native.softDtwFromCost(...cost.shape, cost.data, null, ...paths, gamma, cpu, outputs.value, outputs.cost),
      results: () => outputs,
    };
  },
  softValueFromCost: ({ cost }, { gamma }) => {
    const value = new Float32Array(cost.shape[0]);
    return {
      call: () => native.softDtwFromCost(...cost.shape, cost.data, null, ...everyPath(0), gamma, cpu, value, null),
      results: () => ({ value }),
    };
  },
  softGradient: ({ x, y }, { gamma, wrt }) => {
    const value = new Float32Array(x.shape[0]);
    const outputs = {
      x: new Float32Array(x.data.length),
      y: wrt.includes('y') ? new Float32Array(y.data.length) : null,
    };
    const pairs = [...matched(x, y), x.data, y.data, null, null, ...everyPath(0)];
    return {
      call: () => native.softDtw(...pairs, gamma, cpu, value, outputs.x, outputs.y, null),
      results: () => ({ value, x: outputs.x, ...(outputs.y && { y: outputs.y }) }),
    };
  },
  distance: ({ x, y }) => {
    const value = new Float32Array(1);
    const pairs = [...matched(x, y), x.data, y.data, null, null, ...everyPath(0)];
    return { call: () => native.hardDtw(...pairs, Infinity, cpu, value, null, null), results: () => ({ value }) };
  },
  path: ({ x, y }) => {
    const value = new Float32Array(1);
    const path = new Int32Array(2 * (x.shape[1] + y.shape[1] - 1));
    const pathLength = new Int32Array(1);
    const pairs = [...matched(x, y), x.data, y.data, null, null, ...everyPath(0)];
    return {
      call: () => native.hardDtw(...pairs, Infinity, cpu, value, path, pathLength),
      results: () => ({ value, path: path.subarray(0, 2 * pathLength[0]) }),
    };
  },
  pairwise: ({ x }) => {
    const [count, length] = x.shape;
    const value = new Float32Array((count * (count - 1)) / 2);
    const pairs = [2, count, length, count, length, 1, 0, x.data, x.data, null, null, ...everyPath(0)];
    return { call: () => native.hardDtw(...pairs, Infinity, cpu, value, null, null), results: () => ({ value }) };
  },
};

/** The sizes of SeriesPairs: pairing, xCount, rows, yCount, cols, channels, kind. */
function matched(x, y) {
  return [0, x.shape[0], x.shape[1], y.shape[0], y.shape[1], x.shape[2], 0];
}
