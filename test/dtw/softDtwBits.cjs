// Prints, as JSON, results of the addon on fixed numbers: run in a process of its own, because the SIMD level is chosen once a process.
const path = require('node:path');
const addon = require('node-gyp-build')(path.join(__dirname, '..', '..'));

const info = {};
addon.deviceInfo(info);
const results = [
  [20, 6, 50],
  [3, 40, 37],
].flatMap(([batch, rows, cols]) =>
  [0, 1].map((pattern) => {
    const cost = Float32Array.from({ length: batch * rows * cols }, (_, k) => 2 + Math.sin(12.9898 * k) * 2);
    const value = new Float32Array(batch);
    const gradient = new Float32Array(cost.length);
    const hard = new Float32Array(batch);
    addon.softDtwGradient(batch, rows, cols, pattern, 0.1, cost, value, gradient);
    addon.hardDtw(batch, rows, cols, pattern, cost, hard);
    return { value: [...value].map(String), gradient: [...gradient], hard: [...hard].map(String) };
  }),
);
console.log(JSON.stringify({ info, results }));
