import fc from 'fast-check';
import { softDtwGradient, softDtwGradientAsync, softDtwGradientFromCost, type FloatArray } from '../../ts/index';
import { describeEachDevice } from './devices';
import {
  batchOf,
  costBatchOf,
  costProblems,
  gammas,
  matchedCounts,
  seriesProblems,
  warpingOptions,
  type Dtype,
} from './problems';

/** An array like `array`, between two more numbers of its buffer, that holds what nobody computes. */
function spoiltLike<A extends FloatArray>(array: A): A {
  const type = array.constructor as Dtype;
  return new type(array.length + 2).fill(-12345.5).subarray(1, array.length + 1) as A;
}

function neighboursOf(array: FloatArray): FloatArray {
  const whole = new (array.constructor as Dtype)(array.buffer as ArrayBuffer);
  return whole.filter((_, index) => index === 0 || index === whole.length - 1);
}

const anyGamma = fc.oneof({ weight: 4, arbitrary: gammas }, fc.constantFrom(0, 1e-3));

test('series, all options combined: the arrays given are filled, all of them, with what new ones would hold', () => {
  fc.assert(
    fc.property(seriesProblems(matchedCounts), warpingOptions, anyGamma, (problem, paths, gamma) => {
      const options = { ...paths, gamma, cost: problem.cost, wrt: ['x', 'y', 'cost'] as const };
      const [x, y] = [batchOf(problem, problem.x), batchOf(problem, problem.y)];
      const fresh = softDtwGradient(x, y, options);
      const out = { x: spoiltLike(fresh.x), y: spoiltLike(fresh.y), cost: spoiltLike(fresh.cost) };
      const filled = softDtwGradient(x, y, { ...options, out });
      for (const name of options.wrt) {
        expect(filled[name]).toBe(out[name]);
        expect(neighboursOf(out[name])).toEqual(neighboursOf(spoiltLike(fresh[name])));
      }
      expect(filled).toEqual(fresh);
    }),
  );
});

test('given costs: likewise', () => {
  fc.assert(
    fc.property(costProblems, warpingOptions, anyGamma, (problem, paths, gamma) => {
      const costs = costBatchOf(problem);
      const fresh = softDtwGradientFromCost(costs, { ...paths, gamma });
      const out = { cost: spoiltLike(fresh.cost) };
      const filled = softDtwGradientFromCost(costs, { ...paths, gamma, out });
      expect(filled.cost).toBe(out.cost);
      expect(filled).toEqual(fresh);
    }),
  );
});

describeEachDevice((device) => {
  test('many short pairs, long rows, NaN, no path and exact arithmetic fill it too', () => {
    const shapes = [
      [64, 3, 40],
      [2, 70, 65],
    ] as const;
    for (const shape of shapes) {
      const [batch, rows, cols] = shape;
      const cost = Float32Array.from({ length: batch * rows * cols }, (_, index) => (index * 7919) % 13);
      cost[5] = NaN;
      cost[rows * cols] = Infinity; // the first cell of the second pair: no path
      cost.fill(-1e30, cost.length - rows * cols); // beyond float32
      for (const stepPattern of ['symmetric1', 'stayOrAdvance'] as const) {
        const options = { device, stepPattern };
        const fresh = softDtwGradientFromCost({ cost, shape }, options);
        const out = { cost: spoiltLike(fresh.cost) };
        expect(softDtwGradientFromCost({ cost, shape }, { ...options, out })).toEqual(fresh);
      }
    }
  });
});

describe('what is refused', () => {
  const x = Float32Array.from([1, 2, 3]);
  const y = Float32Array.from([1, 2]);
  const room = new Float32Array(6);
  // Calls that the types forbid too.
  const gradient = softDtwGradient as unknown as (...given: unknown[]) => unknown;
  const wrt = ['x', 'cost'];

  test.each<[string, unknown, ErrorConstructor, string]>([
    ['no object', 3, TypeError, 'expected an object for `out` but received 3'],
    [
      'a result that is not computed',
      { y: new Float32Array(2) },
      TypeError,
      'expected only the keys x, cost for `out` but received "y"',
    ],
    [
      'another dtype',
      { x: new Float64Array(3) },
      TypeError,
      'expected a Float32Array, as the input is, for `out.x` but received a Float64Array of 3 elements',
    ],
    ['a list', { x: [0, 0, 0] }, TypeError, 'for `out.x` but received [0, 0, 0]'],
    [
      'another size',
      { cost: new Float32Array(5) },
      RangeError,
      'expected 6 elements for `out.cost` but received a Float32Array of 5 elements',
    ],
    ['an input', { x }, RangeError, 'expected `out.x` not to overlap `x` in memory'],
    [
      'one array twice',
      { x: room.subarray(0, 3), cost: room },
      RangeError,
      'expected `out.cost` not to overlap `out.x` in memory',
    ],
  ])('%s', (_, out, { name }, message) => {
    const before = x.slice();
    // By name: the addon's errors are of another realm than jest's.
    expect(() => gradient(x, y, { wrt, out })).toThrow(
      expect.objectContaining({ name, message: expect.stringContaining(message) as string }) as Error,
    );
    expect(x).toEqual(before);
  });

  test('in an asynchronous call, whose outputs nobody else may reach', async () => {
    const call = softDtwGradientAsync as unknown as (...given: unknown[]) => Promise<unknown>;
    await expect(call(x, y, { wrt: ['x'], out: { x: new Float32Array(3) } })).rejects.toThrow(
      'for `options` but received "out"',
    );
  });

  test('an array whose memory has gone elsewhere', () => {
    const gone = new Float32Array(3);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    expect(() => softDtwGradient(x, y, { wrt: ['x'], out: { x: gone } })).toThrow(
      'expected 3 elements for `out.x` but received a Float32Array of 0 elements',
    );
  });
});
