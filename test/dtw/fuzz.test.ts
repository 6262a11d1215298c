import fc from 'fast-check';
import * as wetas from '../../ts/index';

/** Whatever is passed, a call gives a result or an error in our words: it never crashes and never lets the addon or the engine complain. */

const names = Object.keys(wetas).filter(
  (name) => !['setThreads', 'deviceInfo'].includes(name) && !name.endsWith('Async'),
);
const functions = wetas as unknown as Record<string, (...given: unknown[]) => unknown>;

const buffers = fc.constantFrom(
  () => new Float32Array(new SharedArrayBuffer(24)),
  () => new Float64Array(new (ArrayBuffer as any)(24, { maxByteLength: 48 })),
  () => new DataView(new ArrayBuffer(8)),
  () => new BigInt64Array(2),
  () => new Int32Array(3),
  () => {
    const detached = new Float32Array(4);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    return detached;
  },
);
const numbers = fc.oneof(
  fc.integer({ min: -2, max: 5 }),
  fc.double(),
  fc.constantFrom(0.5, NaN, Infinity, 2 ** 31, 2 ** 53),
);
const odd = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true, withTypedArray: true, withSparseArray: true }),
  buffers.map((make) => make()),
  numbers,
  fc.constantFrom(Symbol('odd'), () => 0, Object.create(Float32Array.prototype)),
);
const often = <T>(valid: fc.Arbitrary<T>) => fc.oneof({ weight: 12, arbitrary: valid }, { weight: 1, arbitrary: odd });

const values = fc.array(fc.constantFrom(0, 0.5, 1, NaN, Infinity, -Infinity, 1e30), { minLength: 0, maxLength: 8 });
const arrays = often(values.chain((each) => fc.constantFrom(Float32Array.from(each), Float64Array.from(each))));
const extents = often(fc.integer({ min: 0, max: 4 }));
const series = often(fc.oneof(arrays, fc.record({ data: arrays, channels: extents })));
const shapes = often(fc.tuple(extents, extents, extents));
const filled = fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 3 }))).chain(([a, b, c]) =>
  fc.record({
    data: fc.constantFrom(new Float32Array(a * b * c).fill(0.25), new Float64Array(a * b * c)),
    shape: fc.constant([a, b, c]),
    lengths: fc.oneof(fc.constant(undefined), often(fc.array(extents, { minLength: a, maxLength: a }))),
  }),
);
const batches = often(
  fc.oneof(
    fc.array(series, { maxLength: 3 }),
    filled,
    fc.record({ data: arrays, shape: shapes }, { requiredKeys: [] }),
  ),
);
const costs = often(
  filled.chain(({ data, shape, lengths }) =>
    fc.record({
      cost: fc.constant(data),
      shape: fc.constant(shape),
      sizes: fc.constantFrom(undefined, lengths, shape),
    }),
  ),
);
const options = often(
  fc.record(
    {
      gamma: numbers,
      cost: often(fc.constantFrom('squaredEuclidean', 'cosine', 'binaryCrossEntropy')),
      stepPattern: often(fc.constantFrom('symmetric1', 'stayOrAdvance')),
      sakoeChibaRadius: numbers,
      itakuraSlope: numbers,
      openStart: often(fc.boolean()),
      openEnd: often(fc.boolean()),
      stepPenalty: numbers,
      maxDistance: numbers,
      root: often(fc.boolean()),
      device: often(fc.constantFrom('auto', 'cpu', 'cuda')),
      wrt: often(fc.subarray(['x', 'y', 'cost'])),
      k: numbers,
      soft: often(fc.boolean()),
      condensed: often(fc.boolean()),
      weights: often(fc.array(numbers, { maxLength: 3 })),
      init: series,
      maxIterations: fc.integer({ min: -1, max: 5 }),
      tolerance: numbers,
    },
    { requiredKeys: [] },
  ),
);
const inputs = fc.oneof(series, batches, costs, odd, fc.constantFrom(undefined, null));

function expectOurs(error: unknown): void {
  // The engine's own refusal of arrays beyond its memory is as good.
  if (/^(Array buffer allocation failed|Invalid typed array length)/.test((error as Error).message)) return;
  expect((error as Error).name).toMatch(/^(TypeError|RangeError)$/);
  expect((error as Error).message).toMatch(/^expected .+ for `.+` but received /s);
}

/** Arguments in the order that the function has them. */
function argumentsOf(name: string, first: unknown, second: unknown, third: unknown): unknown[] {
  if (name === 'dtwAlign') return [first];
  return /FromCost$|^labelPosterior$|Barycenter$/.test(name) ? [first, third] : [first, second, third];
}

test.each(names)('%s', (name) => {
  fc.assert(
    fc.property(inputs, inputs, options, (...given) => {
      try {
        functions[name](...argumentsOf(name, ...given));
      } catch (error) {
        expectOurs(error);
      }
    }),
    { numRuns: 200 },
  );
});

test('asynchronous calls reject where synchronous ones throw, and agree otherwise', async () => {
  const run = async (call: () => unknown) => {
    try {
      return await call();
    } catch (error) {
      expectOurs(error);
      return 'an error';
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), inputs, inputs, options, async (name, ...rest) => {
      const given = argumentsOf(name, ...rest);
      const synchronous = await run(() => functions[name](...given));
      expect(await run(() => functions[`${name}Async`](...given))).toEqual(synchronous);
    }),
    { numRuns: 500 },
  );
});

test('every function has its asynchronous form', () => {
  expect(names.filter((name) => !(`${name}Async` in functions))).toEqual([]);
  expect(names).toHaveLength(18);
});
