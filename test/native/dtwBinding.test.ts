import fc from 'fast-check';
import { loadBinding } from '../../ts/native/loadBinding';
import type { NativeJob } from '../../ts/native/NativeBinding';
import { argumentsOf, dtwCalls, type DtwCall } from './dtwCalls';

const binding = loadBinding() as unknown as Record<string, (...args: unknown[]) => unknown>;

type ResizableArrayBuffer = new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;

const float = fc.constantFrom(Float32Array, Float64Array);
const someCall = fc.tuple(float, fc.nat(14)).map(([Float, index]) => dtwCalls(Float)[index]);

/** Anything JavaScript can pass, and what is nearly right. */
const anything = fc.oneof(
  fc.anything({ withTypedArray: true, withBigInt: true, withDate: true, withNullPrototype: true }),
  fc.constantFrom(undefined, null, NaN, Infinity, -0, -1, 0.5, 3, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e308, '3', true),
  fc.tuple(float, fc.nat(600)).map(([Float, length]) => new Float(length)),
  fc.nat(70).map((length) => new Int32Array(length).fill(length - 3)),
  fc.constantFrom(new DataView(new ArrayBuffer(8)), new ArrayBuffer(8), new Uint8Array(33), new BigInt64Array(3)),
  fc.constantFrom(() => 1, Symbol('size'), new Proxy([], {}), { valueOf: () => 3 }),
  fc.nat(462).map((length) => new Float32Array(new SharedArrayBuffer(4 * length))),
);

function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    const { name } = error as Error;
    if (name !== 'TypeError' && name !== 'RangeError') throw error;
    return error;
  }
}

/** By name, since the addon's errors are of another realm than jest's. */
function expectRangeError(run: () => unknown): void {
  expect(outcome(run)).toMatchObject({ name: 'RangeError' });
}

describe('arguments of any kind, in any position', () => {
  it('give a result, a TypeError or a RangeError', () => {
    fc.assert(
      fc.property(
        someCall,
        fc.array(fc.tuple(fc.nat(24), anything), { minLength: 1, maxLength: 3 }),
        (call, changes) => {
          const args = argumentsOf(call);
          for (const [position, value] of changes) args[position % args.length] = value;
          outcome(() => binding[call.name](...args));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('the same from a job', async () => {
    await fc.assert(
      fc.asyncProperty(someCall, fc.nat(24), anything, async (call, position, value) => {
        const args = argumentsOf(call);
        args[position % args.length] = value;
        const error = await new Promise<Error | null>((resolve) => {
          const started = outcome(() => binding[`${call.name}Async`](resolve, ...args)) as NativeJob | Error;
          if ('message' in started) resolve(started);
        });
        if (error !== null) expect(['TypeError', 'RangeError']).toContain(error.name);
      }),
      { numRuns: 300 },
    );
  });

  it('and missing or too many arguments', () => {
    fc.assert(
      fc.property(someCall, fc.nat(24), fc.array(anything, { maxLength: 3 }), (call, count, more) => {
        const args = argumentsOf(call);
        outcome(() => binding[call.name](...args.slice(0, count)));
        outcome(() => binding[call.name](...args, ...more));
        outcome(() => binding[`${call.name}Async`](...args.slice(0, count)));
      }),
    );
  });

  const [call] = dtwCalls(Float32Array);
  const args = argumentsOf(call);
  const detached = new Float32Array((args[7] as Float32Array).length);
  structuredClone(detached, { transfer: [detached.buffer] });

  it.each([
    ['an unknown code', 6, 5, 'expected a code from 0 to 4 for `kind` but received 5'],
    ['a negative size', 1, -3, 'expected a whole number in [0, 2^31) for `xCount`'],
    ['a fraction', 2, 1.5, 'expected a whole number in [0, 2^31) for `rows`'],
    ['a number as text', 16, '0', 'expected a finite number for `stepPenalty`'],
    ['a truthy value', 14, 1, 'expected a boolean for `openStart`'],
    ['NaN', 17, NaN, 'expected a finite number for `gamma`'],
    ['as many series of y', 3, 2, 'expected `yCount` to be `xCount`'],
    ['another pairing', 0, 2, 'expected another `pairing` for these outputs'],
    ['a detached buffer', 7, detached, 'expected 66 elements for `x` but received 0'],
    ['another array', 9, new Float32Array(3), 'expected an Int32Array for `xLengths`'],
    ['a device that there is not', 18, 3, 'expected a code from 0 to 2 for `device` but received 3'],
    ['no array', 19, null, 'expected a Float32Array for `value`'],
  ])('in words: %s', (_, position, value, message) => {
    expect(() => binding[call.name](...args.with(position, value))).toThrow(message);
  });

  it('sizes whose product overflows', () => {
    const most = 2 ** 31 - 1;
    const [x, y, value] = [new Float32Array(0), new Float32Array(0), new Float32Array(1)];
    const paths = [0, 0, 0, false, false, 0];
    expectRangeError(() =>
      binding.softDtw(0, most, most, most, most, most, 0, x, y, null, null, ...paths, 1, 0, value),
    );
    expectRangeError(() => binding.hardDtw(1, most, 0, most, 0, 0, 0, x, y, null, null, ...paths, 1, 0, value));
    expectRangeError(() => binding.softDtwFromCost(most, most, most, x, null, ...paths, 1, 0, value));
  });
});

describe.each(dtwCalls(Float32Array).map((call, index) => [`${index}: ${call.name}`, index] as const))(
  '%s',
  (_, index) => {
    const call = (): DtwCall => dtwCalls(Float32Array)[index];

    it('refuses an output that overlaps another array', () => {
      const { name, inputs, outputs } = call();
      for (const [output, array] of outputs.entries()) {
        const others = [...inputs, ...outputs].filter((other) => ArrayBuffer.isView(other) && other !== array);
        for (const other of others as Float32Array[]) {
          const Type = array.constructor as Float32ArrayConstructor;
          const memory = new ArrayBuffer(4 * (array.length + other.length));
          const overlapping = new Type(memory, 4 * (other.length - 1), array.length);
          const moved = new (other.constructor as Float32ArrayConstructor)(memory, 0, other.length);
          const replace = (all: unknown[]) => all.map((each) => (each === other ? moved : each));
          const args = {
            name,
            inputs: replace(inputs),
            outputs: replace(outputs.with(output, overlapping)),
          } as DtwCall;
          expect(() => binding[name](...argumentsOf(args))).toThrow(/not to overlap/);
        }
      }
    });

    it('refuses arrays one element too short or too long, and of the other float', () => {
      const { name, inputs, outputs } = call();
      const all = [...inputs, ...outputs];
      const rest = argumentsOf({ name, inputs: [], outputs }).slice(outputs.length);
      for (const [position, array] of all.entries()) {
        if (!ArrayBuffer.isView(array)) continue;
        const Type = array.constructor as Float32ArrayConstructor;
        for (const length of [(array as Float32Array).length - 1, (array as Float32Array).length + 1]) {
          const wrong = new Type(length).fill(1);
          expect(() => binding[name](...all.with(position, wrong), ...rest)).toThrow(/elements for `/);
        }
        if (array instanceof Float32Array)
          expect(() => binding[name](...all.with(position, Float64Array.from(array)), ...rest)).toThrow(
            /expected a Float/,
          );
      }
    });

    it('refuses lengths out of range, before it writes to an output', () => {
      const { name, inputs, outputs } = call();
      const rest = argumentsOf({ name, inputs: [], outputs }).slice(outputs.length);
      for (const [position, lengths] of inputs.entries()) {
        if (!(lengths instanceof Int32Array)) continue;
        for (const wrong of [0, -1, 15, 2 ** 31 - 1, -(2 ** 31)]) {
          for (let i = 0; i < lengths.length; i++) {
            expectRangeError(() =>
              binding[name](...inputs.with(position, lengths.with(i, wrong)), ...outputs, ...rest),
            );
          }
        }
      }
      for (const output of outputs) expect(output.every((value) => value === 0)).toBe(true);
    });
  },
);

it('takes memory of every kind', () => {
  for (const [index, call] of dtwCalls(Float32Array).entries()) {
    const shared = dtwCalls(Float32Array)[index];
    const resizable = dtwCalls(Float32Array)[index];
    const memories = [
      [shared, (bytes: number) => new SharedArrayBuffer(bytes)],
      [resizable, (bytes: number) => new (ArrayBuffer as ResizableArrayBuffer)(bytes, { maxByteLength: 2 * bytes })],
    ] as const;
    binding[call.name](...argumentsOf(call));
    for (const [other, memory] of memories) {
      const inMemory = <A>(array: A): A => {
        if (!ArrayBuffer.isView(array)) return array;
        const copy = new (array.constructor as Float32ArrayConstructor)(memory(array.byteLength));
        copy.set(array as unknown as Float32Array);
        return copy as A;
      };
      other.inputs = other.inputs.map(inMemory);
      other.outputs = other.outputs.map(inMemory);
      binding[other.name](...argumentsOf(other));
      expect(other.outputs.map((output) => [...output])).toEqual(call.outputs.map((output) => [...output]));
    }
  }
});
