// What is raced: tasks (the functions of the adapters) with data. `bar` is the time that wetas in float32 on one thread is to stay under, in ns per
// cell; `ratios` say how many times faster than another contestant, or than the fastest peer, one of ours is to be; `without` names the groups that do not race.
const gamma = 1;

export const trials = [
  ...[
    [[32, 128, 128], 1.5],
    [[32, 512, 512], 1.7],
    [[8, 1024, 1024], 2.4],
    [[1, 4096, 4096], 2.7],
  ].map(([shape, bar]) => ({
    name: `soft/cost/${shape.join('x')}`,
    title: 'soft-DTW: value and expected alignment, cost matrices given',
    task: 'softGradientFromCost',
    shape,
    channels: 1,
    data: 'cost',
    parameters: { gamma },
    bar,
    // They would take minutes, and show what they show on the smaller ones.
    ...(shape[1] > 512 && { without: ['peers'] }),
    ...(shape[0] >= 8 && {
      ratios: ['', ', out'].map((out) => ({
        of: `wetas float32${out}, 2 threads`,
        to: `wetas float32${out}`,
        bar: 1.85,
        about: `2 threads over 1${out}`,
      })),
    }),
  })),
  {
    name: 'soft/forward/32x512x512',
    title: 'soft-DTW: value alone, cost matrices given',
    task: 'softValueFromCost',
    shape: [32, 512, 512],
    channels: 1,
    data: 'cost',
    parameters: { gamma },
    bar: 0.8,
  },
  {
    name: 'soft/x/32x512x512',
    title: 'soft-DTW: value and gradient of x, squared Euclidean of 8 channels',
    task: 'softGradient',
    shape: [32, 512, 512],
    channels: 8,
    data: 'series',
    parameters: { gamma, wrt: ['x'] },
    bar: 1.8,
    without: ['peers'],
  },
  {
    name: 'soft/xy/32x512x512',
    title: 'soft-DTW: value and gradients of x and y, squared Euclidean of 8 channels',
    task: 'softGradient',
    shape: [32, 512, 512],
    channels: 8,
    data: 'series',
    parameters: { gamma, wrt: ['x', 'y'] },
    bar: 2.4,
    without: ['peers'],
  },
  {
    name: 'soft/stayOrAdvance/32x6x500',
    title: "soft-DTW: value and expected alignment, cost given, WETAS's moves",
    task: 'softGradientFromCost',
    shape: [32, 6, 500],
    channels: 1,
    data: 'cost',
    parameters: { gamma, stepPattern: 'stayOrAdvance' },
    bar: 1.6,
    // None of them has these moves.
    without: ['peers'],
  },
  {
    name: 'soft/peers/8x512x512',
    title: 'soft-DTW: value and gradient of x, squared Euclidean of 8 channels',
    task: 'softGradient',
    shape: [8, 512, 512],
    channels: 8,
    data: 'series',
    parameters: { gamma, wrt: ['x'] },
    ratios: [
      { of: 'wetas float32', to: 'peers', bar: 45 },
      { of: 'wetas float64', to: 'peers float64', bar: 15 },
    ],
  },
  {
    name: 'hard/distance/4096',
    title: 'DTW: distance of two series of one channel',
    task: 'distance',
    shape: [1, 4096, 4096],
    channels: 1,
    data: 'series',
    parameters: {},
    bar: 0.09,
    ratios: [
      { of: 'wetas float32', to: 'peers', bar: 45 },
      { of: 'wetas float64', to: 'peers float64', bar: 20 },
    ],
  },
  {
    name: 'hard/path/4096',
    title: 'DTW: warping path of two series of one channel',
    task: 'path',
    shape: [1, 4096, 4096],
    channels: 1,
    data: 'series',
    parameters: {},
    bar: 0.12,
    ratios: [
      { of: 'wetas float32', to: 'peers', bar: 60 },
      { of: 'wetas float64', to: 'peers float64', bar: 25 },
    ],
  },
  {
    name: 'hard/pairwise/1000x128',
    title: 'DTW: all distances among 1000 series of 128 points',
    task: 'pairwise',
    count: 1000,
    length: 128,
    data: 'set',
    parameters: {},
    bar: 0.13,
    // A peer would take half a minute a call.
    without: ['peers', 'javascript'],
  },
  {
    name: 'hard/pairwise/200x128',
    title: 'DTW: all distances among 200 series of 128 points',
    task: 'pairwise',
    count: 200,
    length: 128,
    data: 'set',
    parameters: {},
    ratios: [{ of: 'wetas float32', to: 'peers', bar: 28 }],
  },
  {
    name: 'tfjs/32x512x512',
    title: 'softDtwLoss through tfjs beside the raw call: value, gradients of x and y, 8 channels',
    task: 'softLoss',
    shape: [32, 512, 512],
    channels: 8,
    data: 'series',
    parameters: { gamma, wrt: ['x', 'y'] },
    ratios: [
      { of: 'wetas float32', to: 'tfjs native', atMost: 1.1 },
      { of: 'wetas float32', to: 'tfjs wasm', atMost: 1.3 },
      { of: 'wetas float32', to: 'tfjs tensorflow', atMost: 1.3 },
    ],
  },
  ...[
    ['soft', 'softValue', 'soft-DTW', { gamma }],
    ['hard', 'distance', 'DTW', {}],
  ].map(([kind, task, title, parameters]) => ({
    name: `tiny/${kind}/8x8`,
    title: `${title}: one call for two series of 8 points`,
    task,
    shape: [1, 8, 8],
    channels: 1,
    data: 'series',
    parameters,
    microseconds: 3,
  })),
];

/** A smoke test of the same: its figures are not for quoting. */
export function quick(trial) {
  if (trial.data === 'set') return { ...trial, count: Math.min(trial.count, 40) };
  const [batch, rows, cols] = trial.shape;
  return { ...trial, shape: [Math.min(batch, 2), Math.min(rows, 256), Math.min(cols, 256)] };
}

export function cells({ data, count, length, shape }) {
  return data === 'set' ? ((count * (count - 1)) / 2) * length ** 2 : shape[0] * shape[1] * shape[2];
}
