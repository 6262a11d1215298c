// Prints, as JSON, results of the addon on fixed numbers: run in a process of its own, because the SIMD level is chosen once a process.
const path = require('node:path');
const addon = require('node-gyp-build')(path.join(__dirname, '..', '..'));

const info = {};
addon.deviceInfo(info);

const none = [0, 0, false, false, 0];
const band = [1, 5, false, true, 0.1];
const results = [Float32Array, Float64Array].flatMap((type) => {
  const wave = (length) => type.from({ length }, (_, k) => Math.sin(12.9898 * k) + 0.3 * Math.cos(0.7 * k));
  const fromCost = [
    [20, 6, 50],
    [3, 40, 37],
    [2, 150, 160],
  ].flatMap((shape) =>
    [0, 1].flatMap((pattern) =>
      [none, band].map((rest) => {
        const [batch, rows, cols] = shape;
        const cost = wave(batch * rows * cols).map((value) => 2 + value);
        const [value, gradient, hard] = [new type(batch), new type(cost.length), new type(batch)];
        addon.softDtwFromCost(...shape, cost, null, pattern, ...rest, 0.1, 0, value, gradient);
        addon.hardDtwFromCost(...shape, cost, null, pattern, ...rest, Infinity, 0, hard, null, null);
        return { value, gradient, hard };
      }),
    ),
  );

  const [count, rows, cols, channels] = [19, 33, 41, 3];
  const [x, y] = [wave(count * rows * channels), wave(count * cols * channels + 7).slice(7)];
  const xLengths = Int32Array.from({ length: count }, (_, k) => rows - (k % 5));
  const yLengths = Int32Array.from({ length: count }, (_, k) => cols - (k % 7));
  const ofSeries = [0, 1, 2, 3].map((kind) => {
    const [value, dx, dy] = [new type(count), new type(x.length), new type(y.length)];
    const pairs = [0, count, rows, count, cols, channels, kind, x, y, xLengths, yLengths];
    addon.softDtw(...pairs, 0, ...none, 0.5, 0, value, dx, dy, null);
    const hard = new type((count * (count - 1)) / 2);
    addon.hardDtw(
      2,
      count,
      rows,
      count,
      rows,
      channels,
      kind,
      x,
      x,
      xLengths,
      xLengths,
      0,
      ...band,
      Infinity,
      0,
      hard,
      null,
      null,
    );
    return { value, gradient: type.from([...dx, ...dy]), hard };
  });
  return [...fromCost, ...ofSeries];
});

const asBytes = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
const asText = (result) => ({
  type: result.value.constructor.name,
  ...Object.fromEntries(Object.entries(result).map(([name, array]) => [name, asBytes(array)])),
});
console.log(JSON.stringify({ info, results: results.map(asText) }));
