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

const SLAB = 512;
let slab = new Float64Array(SLAB);
let used = 0;

/**
 * Room for one number that its caller reads and does not hand out: a part of a larger buffer, because the addon needs a buffer, and to make
 * one for each call takes longer than a small DTW.
 */
export function roomForOne<A extends FloatArray>(like: A): A {
  if (used === SLAB) {
    slab = new Float64Array(SLAB);
    used = 0;
  }
  const offset = slab.BYTES_PER_ELEMENT * used++;
  return (isFloat64(like) ? new Float64Array(slab.buffer, offset, 1) : new Float32Array(slab.buffer, offset, 1)) as A;
}
