import type { FloatArray } from '../native/NativeBinding';

// The name of a typed array's kind, undefined of anything else: the one test that holds for arrays of other realms (node:vm, jest) and
// that no other object passes.
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its object alone
const kindOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Float32Array.prototype), Symbol.toStringTag)!
  .get as () => string | undefined;

export function isFloat64(value: unknown): value is Float64Array {
  return kindOf.call(value) === 'Float64Array';
}

export function isFloatArray(value: unknown): value is FloatArray {
  const kind = kindOf.call(value);
  return kind === 'Float32Array' || kind === 'Float64Array';
}

/** A new array of zeros of the same dtype. */
export function zerosLike<A extends FloatArray>(array: A, length: number): A {
  return (isFloat64(array) ? new Float64Array(length) : new Float32Array(length)) as A;
}

const spare = { float32: [] as Float32Array[], float64: [] as Float64Array[] };

/**
 * Room for one number that its caller reads by `takeOne` and does not hand out: used again and again, because to make an array that the addon can write to
 * takes as long as a small DTW.
 */
export function roomForOne<A extends FloatArray>(like: A): A {
  return (
    isFloat64(like) ? (spare.float64.pop() ?? new Float64Array(1)) : (spare.float32.pop() ?? new Float32Array(1))
  ) as A;
}

/** The number in what roomForOne gave, which is at an end with it. */
export function takeOne(room: FloatArray): number {
  if (isFloat64(room)) spare.float64.push(room);
  else spare.float32.push(room);
  return room[0];
}
