import * as wetas from '../../ts/index';

const f32 = Float32Array.from([1, 2, 3]);
const f64 = Float64Array.from([1, 2, 3]);
const costs = { cost: new Float32Array(6), shape: [1, 2, 3] as const };

/** Calls that the types forbid too. */
type Calls = Record<string, (...given: unknown[]) => unknown>;
const synchronous = wetas as unknown as Calls;
const asynchronous = new Proxy(synchronous, { get: (calls, name) => calls[`${String(name)}Async`] });

const cases: [string, (call: Calls) => unknown, ErrorConstructor, string][] = [
  [
    'dtypes mixed',
    (call) => call.softDtw(f32, f64),
    TypeError,
    'expected a Float32Array, as `x` is, for `y` but received a Float64Array of 3 elements',
  ],
  [
    'dtypes mixed in a list',
    (call) => call.dtw([f32, f64], [f32, f32]),
    TypeError,
    'expected a Float32Array, as `x[0]` is, for `x[1]` but received',
  ],
  ['a plain array', (call) => call.softDtw([1, 2], f32), TypeError, 'for `x[0]` but received 1'],
  [
    'an integer array',
    (call) => call.softDtw(new Int32Array(3), f32),
    TypeError,
    'but received a Int32Array of 3 elements',
  ],
  ['nothing', (call) => call.softDtw(undefined, f32), TypeError, 'for `x` but received undefined'],
  [
    'series against batch',
    (call) => call.softDtw(f32, [f32]),
    TypeError,
    'expected one series, as `x` is, for `y` but received',
  ],
  [
    'batch sizes',
    (call) => call.softDtw([f32], [f32, f32]),
    RangeError,
    'expected 1 series, as in `x`, for `y` but received 2',
  ],
  [
    'channels',
    (call) => call.softDtw({ data: f32, channels: 3 }, f32),
    RangeError,
    'expected 3 channels, as in `x`, for `y` but received 1',
  ],
  [
    'a length no multiple of channels',
    (call) => call.softDtw({ data: f32, channels: 2 }, f32),
    RangeError,
    'expected a positive multiple of 2 elements for `x`',
  ],
  [
    'channels of 0',
    (call) => call.softDtw({ data: f32, channels: 0 }, f32),
    RangeError,
    'for `x.channels` but received 0',
  ],
  [
    'no points',
    (call) => call.softDtw(new Float32Array(0), f32),
    RangeError,
    'expected at least one point for `x` but received a Float32Array of 0 elements',
  ],
  ['no series', (call) => call.softDtw([], [f32]), RangeError, 'expected at least one series for `x`'],
  [
    'a shape that does not fit',
    (call) => call.softDtw({ data: f32, shape: [1, 4, 1] }, [f32]),
    RangeError,
    'expected 1 * 4 * 1 = 4 elements for `x.data`',
  ],
  [
    'a shape of two',
    (call) => call.softDtw({ data: f32, shape: [3, 1] }, [f32]),
    TypeError,
    'expected three numbers [batch, length, channels] for `x.shape`',
  ],
  [
    'a shape with a fraction',
    (call) => call.softDtw({ data: f32, shape: [1, 1.5, 2] }, [f32]),
    RangeError,
    'expected a whole number in [1, 2^31) for `x.shape[1]` but received 1.5',
  ],
  [
    'costs of another length',
    (call) => call.dtwAlign({ cost: new Float32Array(5), shape: [1, 2, 3] }),
    RangeError,
    'expected 1 * 2 * 3 = 6 elements for `costs.cost`',
  ],
  [
    'costs of an unknown type',
    (call) => call.dtwFromCost({ cost: [1], shape: [1, 1, 1] }),
    TypeError,
    'expected a Float32Array or Float64Array for `costs.cost`',
  ],
  ['no costs', (call) => call.softDtwFromCost(null), TypeError, 'expected an object for `costs` but received null'],
  [
    'options that are none',
    (call) => call.softDtw(f32, f32, 3),
    TypeError,
    'expected an object for `options` but received 3',
  ],
  [
    'a negative gamma',
    (call) => call.softDtw(f32, f32, { gamma: -1 }),
    RangeError,
    'expected a finite number >= 0 for `gamma` but received -1',
  ],
  [
    'a gamma whose values would be beyond float64',
    (call) => call.softDtw(f32, f32, { gamma: 1e308 }),
    RangeError,
    'expected a number <= 1e300 for `gamma` but received 1e+308',
  ],
  [
    'gamma NaN',
    (call) => call.labelPosterior(costs, { gamma: NaN }),
    RangeError,
    'expected a finite number >= 0 for `gamma` but received NaN',
  ],
  [
    'gamma of text',
    (call) => call.softDtw(f32, f32, { gamma: '1' }),
    TypeError,
    'expected a number for `gamma` but received "1"',
  ],
  [
    'no gamma',
    (call) => call.labelPosterior(costs, {}),
    TypeError,
    'expected a number for `gamma` but received undefined',
  ],
  [
    'a misspelt cost',
    (call) => call.dtw(f32, f32, { cost: 'euclid' }),
    RangeError,
    'expected one of squaredEuclidean, euclidean, absolute, cosine, binaryCrossEntropy for `cost` but received "euclid"',
  ],
  [
    'a name of Object',
    (call) => call.dtw(f32, f32, { cost: 'constructor' }),
    RangeError,
    'for `cost` but received "constructor"',
  ],
  [
    'a misspelt pattern',
    (call) => call.dtw(f32, f32, { stepPattern: 'symmetric2' }),
    RangeError,
    'expected one of symmetric1, stayOrAdvance for `stepPattern`',
  ],
  [
    'root of text',
    (call) => call.dtw(f32, f32, { root: 'yes' }),
    TypeError,
    'expected a boolean for `root` but received "yes"',
  ],
  [
    'no wrt',
    (call) => call.softDtwGradient([f32], [f32], {}),
    TypeError,
    "expected a list of 'x', 'y', 'cost' for `wrt` but received undefined",
  ],
  [
    'an empty wrt',
    (call) => call.softDtwGradient([f32], [f32], { wrt: [] }),
    RangeError,
    "expected at least one of 'x', 'y', 'cost' for `wrt`",
  ],
  [
    'an unknown wrt',
    (call) => call.softDtwGradient([f32], [f32], { wrt: ['z'] }),
    RangeError,
    'for `wrt` but received ["z"]',
  ],
  // Which function has which options.
  [
    'an unknown option',
    (call) => call.softDtw(f32, f32, { sakoeChibaradius: 3 }),
    TypeError,
    'expected only the keys cost, stepPattern, sakoeChibaRadius, itakuraSlope, openStart, openEnd, stepPenalty, device, gamma for `options` but received "sakoeChibaradius"',
  ],
  [
    'a kind of cost where costs are given',
    (call) => call.softDtwFromCost(costs, { cost: 'cosine' }),
    TypeError,
    'but received "cost"',
  ],
  ['gamma for hard DTW', (call) => call.dtw(f32, f32, { gamma: 1 }), TypeError, 'but received "gamma"'],
  ['root for soft-DTW', (call) => call.softDtw(f32, f32, { root: true }), TypeError, 'but received "root"'],
  [
    'maxDistance for soft-DTW',
    (call) => call.softDtw(f32, f32, { maxDistance: 1 }),
    TypeError,
    'but received "maxDistance"',
  ],
  [
    'maxDistance for nearest',
    (call) => call.nearest([f32], [f32], { maxDistance: 1 }),
    TypeError,
    'but received "maxDistance"',
  ],
  ['gamma for pairwise DTW', (call) => call.pairwise([f32], null, { gamma: 1 }), TypeError, 'but received "gamma"'],
  [
    'root for pairwise soft-DTW',
    (call) => call.pairwise([f32], null, { soft: true, root: true }),
    TypeError,
    'but received "root"',
  ],
  [
    'open ends of a divergence',
    (call) => call.softDtwDivergence(f32, f32, { openEnd: true }),
    TypeError,
    'but received "openEnd"',
  ],
  [
    'open ends of subsequence',
    (call) => call.subsequence(f32, f32, { openStart: true }),
    TypeError,
    'but received "openStart"',
  ],
  ['a cost for DBA', (call) => call.dbaBarycenter([f32], { cost: 'absolute' }), TypeError, 'but received "cost"'],
  ['wrt without a gradient', (call) => call.softDtw(f32, f32, { wrt: ['x'] }), TypeError, 'but received "wrt"'],
  [
    'a signal for a synchronous call',
    (call) => call.softDtw(f32, f32, { signal: new AbortController().signal }),
    TypeError,
    'but received "signal"',
  ],
  ['null options', (call) => call.dtw(f32, f32, null), TypeError, 'expected an object for `options` but received null'],
  [
    'null options of pairwise',
    (call) => call.pairwise([f32], null, null),
    TypeError,
    'expected an object for `options` but received null',
  ],

  // Ranges of options.
  [
    'a negative radius',
    (call) => call.dtw(f32, f32, { sakoeChibaRadius: -1 }),
    RangeError,
    'expected a whole number in [0, 2^31) for `sakoeChibaRadius` but received -1',
  ],
  [
    'half a radius',
    (call) => call.dtw(f32, f32, { sakoeChibaRadius: 0.5 }),
    RangeError,
    'for `sakoeChibaRadius` but received 0.5',
  ],
  [
    'a radius NaN',
    (call) => call.dtw(f32, f32, { sakoeChibaRadius: NaN }),
    RangeError,
    'for `sakoeChibaRadius` but received NaN',
  ],
  [
    'a radius of text',
    (call) => call.dtw(f32, f32, { sakoeChibaRadius: '1' }),
    TypeError,
    'expected a number for `sakoeChibaRadius`',
  ],
  [
    'a slope below 1',
    (call) => call.dtw(f32, f32, { itakuraSlope: 0.9 }),
    RangeError,
    'expected a finite number >= 1 for `itakuraSlope` but received 0.9',
  ],
  [
    'an infinite slope',
    (call) => call.dtw(f32, f32, { itakuraSlope: Infinity }),
    RangeError,
    'for `itakuraSlope` but received Infinity',
  ],
  [
    'both bands',
    (call) => call.dtw(f32, f32, { sakoeChibaRadius: 1, itakuraSlope: 2 }),
    RangeError,
    'expected no other band beside `sakoeChibaRadius` for `itakuraSlope` but received 2',
  ],
  [
    'openStart of text',
    (call) => call.dtw(f32, f32, { openStart: 'no' }),
    TypeError,
    'expected a boolean for `openStart` but received "no"',
  ],
  [
    'openEnd of 1',
    (call) => call.dtw(f32, f32, { openEnd: 1 }),
    TypeError,
    'expected a boolean for `openEnd` but received 1',
  ],
  [
    'a negative penalty',
    (call) => call.dtw(f32, f32, { stepPenalty: -0.5 }),
    RangeError,
    'expected a finite number >= 0 for `stepPenalty` but received -0.5',
  ],
  [
    'a penalty NaN',
    (call) => call.dtw(f32, f32, { stepPenalty: NaN }),
    RangeError,
    'for `stepPenalty` but received NaN',
  ],
  [
    'a negative maxDistance',
    (call) => call.dtw(f32, f32, { maxDistance: -1 }),
    RangeError,
    'expected a number >= 0 for `maxDistance` but received -1',
  ],
  [
    'maxDistance NaN',
    (call) => call.dtw(f32, f32, { maxDistance: NaN }),
    RangeError,
    'for `maxDistance` but received NaN',
  ],
  [
    'a GPU for what has no form for it',
    (call) => call.nearest([f32], [f32], { device: 'cuda' }),
    RangeError,
    "expected 'auto' or 'cpu', because this function has no form for GPUs, for `device` but received \"cuda\"",
  ],
  [
    'an unknown device',
    (call) => call.dtw(f32, f32, { device: 'gpu' }),
    RangeError,
    'expected one of auto, cpu, cuda for `device` but received "gpu"',
  ],
  [
    'k of 0',
    (call) => call.nearest([f32], [f32], { k: 0 }),
    RangeError,
    'expected a whole number in [1, 2^31) for `k` but received 0',
  ],
  ['soft of text', (call) => call.pairwise([f32], null, { soft: 'yes' }), TypeError, 'expected a boolean for `soft`'],
  [
    'condensed with a Y',
    (call) => call.pairwise([f32], [f32], { condensed: true }),
    RangeError,
    'expected false, as there is a `Y`, for `condensed` but received true',
  ],
  [
    'gamma 0 of a soft barycentre',
    (call) => call.softBarycenter([f32], { gamma: 0 }),
    RangeError,
    'expected a finite number > 0 for `gamma` but received 0',
  ],
  [
    'too few weights',
    (call) => call.dbaBarycenter([f32, f32], { weights: [1] }),
    RangeError,
    'expected 2 elements for `weights` but received [1]',
  ],
  [
    'a negative weight',
    (call) => call.dbaBarycenter([f32, f32], { weights: [1, -1] }),
    RangeError,
    'expected a finite number >= 0 for `weights[1]` but received -1',
  ],
  [
    'weights of 0',
    (call) => call.dbaBarycenter([f32, f32], { weights: [0, 0] }),
    RangeError,
    'expected weights of a finite sum > 0 for `weights`',
  ],
  [
    'a batch for init',
    (call) => call.softBarycenter([f32], { init: [f32] }),
    TypeError,
    'expected one series for `init`',
  ],
  [
    'init of another dtype',
    (call) => call.softBarycenter([f32], { init: f64 }),
    TypeError,
    'expected a Float32Array, as `X` is, for `init`',
  ],
  [
    'half an iteration',
    (call) => call.softBarycenter([f32], { maxIterations: 0.5 }),
    RangeError,
    'for `maxIterations` but received 0.5',
  ],
  [
    'a negative tolerance',
    (call) => call.dbaBarycenter([f32], { tolerance: -1 }),
    RangeError,
    'for `tolerance` but received -1',
  ],

  // Single and batch.
  [
    'one series for pairwise',
    (call) => call.pairwise(f32),
    TypeError,
    'expected a batch for `X` but received a Float32Array of 3 elements',
  ],
  ['one query for nearest', (call) => call.nearest(f32, [f32]), TypeError, 'expected a batch for `queries`'],
  ['a batch for subsequence', (call) => call.subsequence(f32, [f32]), TypeError, 'expected one series for `series`'],
  [
    'a batch for accumulatedCost',
    (call) => call.accumulatedCost([f32], [f32]),
    TypeError,
    'expected one series for `x`',
  ],

  // Ragged input.
  [
    'channels within a list',
    (call) => call.softDtw([f32, { data: f32, channels: 3 }], [f32, f32]),
    RangeError,
    'expected 1 channels, as in `x[0]`, for `x[1]` but received 3',
  ],
  [
    'a length of 0',
    (call) => call.softDtw({ data: f32, shape: [1, 3, 1], lengths: [0] }, [f32]),
    RangeError,
    'expected a whole number in [1, 3] for `x.lengths[0]` but received 0',
  ],
  [
    'a length beyond the array',
    (call) => call.softDtw([f32], { data: f32, shape: [1, 3, 1], lengths: [4] }),
    RangeError,
    'expected a whole number in [1, 3] for `y.lengths[0]` but received 4',
  ],
  [
    'half a length',
    (call) => call.softDtw({ data: f32, shape: [1, 3, 1], lengths: Float32Array.of(1.5) }, [f32]),
    RangeError,
    'for `x.lengths[0]` but received 1.5',
  ],
  [
    'too many lengths',
    (call) => call.softDtw({ data: f32, shape: [1, 3, 1], lengths: [1, 2] }, [f32]),
    RangeError,
    'expected 1 elements for `x.lengths` but received [1, 2]',
  ],
  [
    'a number for lengths',
    (call) => call.softDtw({ data: f32, shape: [1, 3, 1], lengths: 3 }, [f32]),
    TypeError,
    'expected a list of numbers for `x.lengths` but received 3',
  ],
  [
    'BigInt lengths',
    (call) => call.softDtw({ data: f32, shape: [1, 3, 1], lengths: [3n] }, [f32]),
    TypeError,
    'expected a number for `x.lengths[0]` but received 3',
  ],
  [
    'sizes beyond the matrix',
    (call) => call.dtwFromCost({ ...costs, sizes: [[3, 3]] }),
    RangeError,
    'expected a whole number in [1, 2] for `costs.sizes[0][0]` but received 3',
  ],
  [
    'sizes that are no pairs',
    (call) => call.dtwFromCost({ ...costs, sizes: [2] }),
    TypeError,
    'expected two numbers [rows, cols] for `costs.sizes[0]` but received 2',
  ],
  ['a hole in a list', (call) => call.dtw(new Array(1), [f32]), TypeError, 'for `x[0]` but received undefined'],
  [
    'an object that feigns to be an array',
    (call) => call.dtw({ length: 3, [Symbol.toStringTag]: 'Float32Array' }, f32),
    TypeError,
    'for `x` but received an object',
  ],
];

test.each(cases)('%s', async (name, run, type, message) => {
  expect(() => run(synchronous)).toThrow(type);
  expect(() => run(synchronous)).toThrow(message);
  if (name === 'a signal for a synchronous call') return;
  const promise = run(asynchronous) as Promise<unknown>;
  await expect(promise).rejects.toThrow(type);
  await expect(promise).rejects.toThrow(message);
});
