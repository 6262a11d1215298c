import * as wetas from '../../ts/index';

const f32 = Float32Array.from([1, 2, 3]);
const f64 = Float64Array.from([1, 2, 3]);
const costs = { cost: new Float32Array(6), shape: [1, 2, 3] as const };

/** Calls that the types forbid too. */
const call = wetas as unknown as Record<string, (...given: unknown[]) => unknown>;

const cases: [string, () => unknown, ErrorConstructor, string][] = [
  [
    'dtypes mixed',
    () => call.softDtw(f32, f64),
    TypeError,
    'expected a Float32Array, as `x` is, for `y` but received a Float64Array of 3 elements',
  ],
  [
    'dtypes mixed in a list',
    () => call.dtw([f32, f64], [f32, f32]),
    TypeError,
    'expected a Float32Array, as `x[0]` is, for `x[1]` but received',
  ],
  ['a plain array', () => call.softDtw([1, 2], f32), TypeError, 'for `x[0]` but received 1'],
  [
    'an integer array',
    () => call.softDtw(new Int32Array(3), f32),
    TypeError,
    'but received a Int32Array of 3 elements',
  ],
  ['nothing', () => call.softDtw(undefined, f32), TypeError, 'for `x` but received undefined'],
  [
    'series against batch',
    () => call.softDtw(f32, [f32]),
    TypeError,
    'expected one series, as `x` is, for `y` but received',
  ],
  [
    'series in softDtwGradient',
    () => call.softDtwGradient(f32, f32, { wrt: ['x'] }),
    TypeError,
    'expected a batch for `x`',
  ],
  ['batch in dtwPath', () => call.dtwPath([f32], [f32]), TypeError, 'expected one series for `x`'],
  [
    'batch sizes',
    () => call.softDtw([f32], [f32, f32]),
    RangeError,
    'expected 1 series, as in `x`, for `y` but received 2',
  ],
  [
    'channels',
    () => call.softDtw({ data: f32, channels: 3 }, f32),
    RangeError,
    'expected 3 channels, as in `x`, for `y` but received 1',
  ],
  [
    'a length no multiple of channels',
    () => call.softDtw({ data: f32, channels: 2 }, f32),
    RangeError,
    'expected a positive multiple of 2 elements for `x`',
  ],
  ['channels of 0', () => call.softDtw({ data: f32, channels: 0 }, f32), RangeError, 'for `x.channels` but received 0'],
  [
    'no points',
    () => call.softDtw(new Float32Array(0), f32),
    RangeError,
    'expected a positive multiple of 1 elements for `x` but received 0',
  ],
  ['no series', () => call.softDtw([], [f32]), RangeError, 'expected at least one series for `x`'],
  [
    'unequal lengths',
    () => call.softDtw([f32, new Float32Array(2)], [f32, f32]),
    RangeError,
    'expected 3 points of 1 channels, as in `x[0]`, for `x[1]` but received [2, 1]',
  ],
  [
    'lengths',
    () => call.softDtw({ data: f32, shape: [1, 3, 1], lengths: [2] }, [f32]),
    TypeError,
    'expected only the keys data, shape for `x` but received "lengths"',
  ],
  [
    'a shape that does not fit',
    () => call.softDtw({ data: f32, shape: [1, 4, 1] }, [f32]),
    RangeError,
    'expected 1 * 4 * 1 = 4 elements for `x.data`',
  ],
  [
    'a shape of two',
    () => call.softDtw({ data: f32, shape: [3, 1] }, [f32]),
    TypeError,
    'expected three numbers [batch, length, channels] for `x.shape`',
  ],
  [
    'a shape with a fraction',
    () => call.softDtw({ data: f32, shape: [1, 1.5, 2] }, [f32]),
    RangeError,
    'expected a whole number in [1, 2^31) for `x.shape[1]` but received 1.5',
  ],
  [
    'sizes',
    () => call.softDtwFromCost({ ...costs, sizes: [[1, 2]] }),
    TypeError,
    'expected only the keys cost, shape for `costs` but received "sizes"',
  ],
  [
    'costs of another length',
    () => call.dtwAlign({ cost: new Float32Array(5), shape: [1, 2, 3] }),
    RangeError,
    'expected 1 * 2 * 3 = 6 elements for `costs.cost`',
  ],
  [
    'costs of an unknown type',
    () => call.dtwFromCost({ cost: [1], shape: [1, 1, 1] }),
    TypeError,
    'expected a Float32Array or Float64Array for `costs.cost`',
  ],
  ['no costs', () => call.softDtwFromCost(null), TypeError, 'expected an object for `costs` but received null'],
  [
    'an unknown option',
    () => call.softDtw(f32, f32, { sakoeChibaRadius: 3 }),
    TypeError,
    'expected only the keys cost, stepPattern, gamma, root for `options` but received "sakoeChibaRadius"',
  ],
  [
    'a kind of cost where costs are given',
    () => call.softDtwFromCost(costs, { cost: 'cosine' }),
    TypeError,
    'expected only the keys stepPattern, gamma, root for `options` but received "cost"',
  ],
  [
    'gamma for hard DTW',
    () => call.dtw(f32, f32, { gamma: 1 }),
    TypeError,
    'expected only the keys cost, stepPattern, root for `options` but received "gamma"',
  ],
  [
    'options that are none',
    () => call.softDtw(f32, f32, 3),
    TypeError,
    'expected an object for `options` but received 3',
  ],
  [
    'a negative gamma',
    () => call.softDtw(f32, f32, { gamma: -1 }),
    RangeError,
    'expected a finite number >= 0 for `gamma` but received -1',
  ],
  [
    'gamma NaN',
    () => call.labelPosterior(costs, { gamma: NaN }),
    RangeError,
    'expected a finite number >= 0 for `gamma` but received NaN',
  ],
  [
    'gamma of text',
    () => call.softDtw(f32, f32, { gamma: '1' }),
    TypeError,
    'expected a number for `gamma` but received "1"',
  ],
  ['no gamma', () => call.labelPosterior(costs, {}), TypeError, 'expected a number for `gamma` but received undefined'],
  [
    'a misspelt cost',
    () => call.dtw(f32, f32, { cost: 'euclid' }),
    RangeError,
    'expected one of squaredEuclidean, euclidean, absolute, cosine for `cost` but received "euclid"',
  ],
  [
    'a name of Object',
    () => call.dtw(f32, f32, { cost: 'constructor' }),
    RangeError,
    'for `cost` but received "constructor"',
  ],
  [
    'a misspelt pattern',
    () => call.dtw(f32, f32, { stepPattern: 'symmetric2' }),
    RangeError,
    'expected one of symmetric1, stayOrAdvance for `stepPattern`',
  ],
  ['root of a soft value', () => call.softDtw(f32, f32, { root: true }), RangeError, 'for `root` but received true'],
  [
    'root of text',
    () => call.dtw(f32, f32, { root: 'yes' }),
    TypeError,
    'expected a boolean for `root` but received "yes"',
  ],
  [
    'no wrt',
    () => call.softDtwGradient([f32], [f32], {}),
    TypeError,
    "expected a list of 'x', 'y', 'cost' for `wrt` but received undefined",
  ],
  [
    'an empty wrt',
    () => call.softDtwGradient([f32], [f32], { wrt: [] }),
    RangeError,
    "expected at least one of 'x', 'y', 'cost' for `wrt`",
  ],
  [
    'an unknown wrt',
    () => call.softDtwGradient([f32], [f32], { wrt: ['z'] }),
    RangeError,
    'for `wrt` but received ["z"]',
  ],
];

test.each(cases)('%s', (_name, run, type, message) => {
  expect(run).toThrow(type);
  expect(run).toThrow(message);
});
