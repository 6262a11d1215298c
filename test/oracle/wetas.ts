/** WETAS for one window, slow and obvious, in float64, straight from its description. Imports nothing of ours. */

export interface OracleConfig {
  kernelSize: number;
  dilationBase: number;
  nLayers: number;
  context: 'causal' | 'centred';
  poolingType: 'avg' | 'max';
  splitSize: number;
  granularity: number;
  localThreshold: number;
  beta: number;
  gamma: number;
  alignment: 'paper' | 'reference';
}

/** Parameters by name, flat and row-major: filters [K, in, out], matrices [in, out]. */
export type OracleWeights = Record<string, ArrayLike<number>>;

type Rows = number[][];

const add = (a: Rows, b: Rows): Rows => a.map((row, t) => row.map((value, c) => value + b[t][c]));
const relu = (a: Rows): Rows => a.map((row) => row.map((value) => Math.max(0, value)));
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** A convolution as a sum over taps and channels; a 1 x 1 convolution has one tap. */
function convolve(
  x: Rows,
  filter: ArrayLike<number>,
  bias: ArrayLike<number>,
  { taps = 1, dilation = 1, centred = false },
): Rows {
  const inputs = x[0].length;
  const outputs = bias.length;
  const span = (taps - 1) * dilation;
  const before = centred ? span / 2 : span;
  return x.map((_, t) =>
    Array.from(bias, (b, out) => {
      let sum = b;
      for (let k = 0; k < taps; k++) {
        const row = x[t - before + k * dilation];
        row?.forEach((value, input) => (sum += value * filter[(k * inputs + input) * outputs + out]));
      }
      return sum;
    }),
  );
}

/** The output [T, O] of a window x [T, C], and its logits; `valid` tells the real points. */
export function network(
  x: Rows,
  valid: boolean[],
  weights: OracleWeights,
  config: OracleConfig,
): { output: Rows; weakLogit: number; denseLogit: number[] } {
  const centred = config.context === 'centred';
  const taps = config.kernelSize;
  let z = convolve(x, weights['entry.filter'], weights['entry.bias'], { taps, centred });
  let skips = z.map((row) => row.map(() => 0));
  for (let i = 0; i < config.nLayers; i++) {
    const block = (name: string) => weights[`blocks.${i}.${name}`];
    const dilation = config.dilationBase ** i;
    const a = convolve(z, block('filter'), block('bias'), { taps, dilation, centred });
    const gate = a.map((row) => row.map((value) => Math.tanh(value) * sigmoid(value)));
    skips = add(skips, convolve(gate, block('skip'), block('skipBias'), {}));
    z = add(z, convolve(gate, block('out'), block('outBias'), {}));
  }
  const hidden = relu(convolve(relu(skips), weights['head.0.weight'], weights['head.0.bias'], {}));
  const output = convolve(hidden, weights['head.1.weight'], weights['head.1.bias'], {});
  const linear = (row: number[]) =>
    row.reduce((sum, value, o) => sum + value * weights['fc.weight'][o], weights['fc.bias'][0]);
  const real = output.filter((_, t) => valid[t]);
  const pooled = output[0].map((_, o) => {
    const values = real.map((row) => row[o]);
    if (config.poolingType === 'max') return Math.max(...values);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
  return { output, weakLogit: linear(pooled), denseLogit: output.map(linear) };
}

/** The activation map of a window, 0 at padding. */
export function activationMap(denseLogit: number[], valid: boolean[]): number[] {
  const real = denseLogit.filter((_, t) => valid[t]);
  const [min, max] = [Math.min(...real), Math.max(...real)];
  return denseLogit.map((h, t) => (valid[t] && max > min ? (h - min) / (max - min) : 0));
}

/** The sequential label of a map under a gate. */
export function sequentialLabel(map: number[], gate: number, { granularity, localThreshold }: OracleConfig): number[] {
  const above = map.map((m) => (gate * m >= localThreshold ? 1 : 0));
  const padded = [...new Array<number>(granularity - (map.length % granularity)).fill(0), ...above];
  const size = padded.length / granularity;
  const pieces = Array.from({ length: granularity }, (_, i) => Math.max(...padded.slice(i * size, (i + 1) * size)));
  return [0, ...pieces, 0];
}

/** Every way to give the timesteps 0..length-1 the rows 0..rows-1 in order, each at least once. */
export function labellings(rows: number, length: number): number[][] {
  if (length === 1) return rows === 1 ? [[0]] : [];
  if (rows < 1) return [];
  const shorter = [...labellings(rows, length - 1), ...labellings(rows - 1, length - 1)];
  return shorter.map((labelling) => [...labelling, rows - 1]);
}

/** The summed cost of each of these labellings. */
function labellingCosts(label: number[], denseLogit: number[], valid: boolean[]): { path: number[]; cost: number }[] {
  return labellings(label.length, denseLogit.length).map((path) => {
    const costs = path.map((row, t) => {
      if (!valid[t]) return 0;
      const score = sigmoid(denseLogit[t]);
      return -label[row] * Math.log(score + 1e-12) - (1 - label[row]) * Math.log(1 - score + 1e-12);
    });
    return { path, cost: costs.reduce((sum, cost) => sum + cost, 0) };
  });
}

/** The alignment loss of one window. */
export function alignmentLoss(denseLogit: number[], weakLabel: number, valid: boolean[], config: OracleConfig): number {
  const map = activationMap(denseLogit, valid);
  const distance = (label: number[]) => {
    const costs = labellingCosts(label, denseLogit, valid).map(({ cost }) => cost);
    const least = Math.min(...costs);
    const sum = costs.reduce((total, cost) => total + Math.exp((least - cost) / config.gamma), 0);
    return (least - config.gamma * Math.log(sum)) / config.splitSize;
  };
  const positive = sequentialLabel(map, weakLabel, config);
  const gated = config.alignment === 'reference' ? map.map((m) => m * weakLabel) : map;
  const negative = sequentialLabel(gated, 1 - weakLabel, config);
  return Math.max(0, config.beta + distance(positive) - distance(negative));
}

/** Binary cross-entropy of one weak score. */
export function classificationLoss(weakLogit: number, weakLabel: number): number {
  return -Math.log(sigmoid(weakLabel === 1 ? weakLogit : -weakLogit));
}

/**
 * The least cost of any labelling, the least cost of those that give the real timesteps these labels (+infinity without one), and the probability of label 1
 * at each timestep among all labellings.
 */
export function segmentation(
  denseLogit: number[],
  weakPrediction: number,
  valid: boolean[],
  config: OracleConfig,
): { least: number; costOf: (labels: number[]) => number; posterior: number[] } {
  const label = sequentialLabel(activationMap(denseLogit, valid), weakPrediction, config);
  const all = labellingCosts(label, denseLogit, valid);
  const least = Math.min(...all.map(({ cost }) => cost));
  const costOf = (labels: number[]) => {
    const same = all.filter(({ path }) => path.every((row, t) => !valid[t] || label[row] === labels[t]));
    return Math.min(...same.map(({ cost }) => cost));
  };
  const weights = all.map(({ cost }) => Math.exp((least - cost) / config.gamma));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const posterior = denseLogit.map((_, t) =>
    all.reduce((sum, { path }, i) => sum + (label[path[t]] * weights[i]) / total, 0),
  );
  return { least, costOf, posterior };
}
