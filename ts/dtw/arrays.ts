import type { FloatArray } from '../native/NativeBinding';

// The one test of a typed array's kind that holds for arrays of other realms (node:vm, jest) and cannot be feigned by an object.
const kind = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Float32Array.prototype), Symbol.toStringTag)!
  .get as () => string | undefined;

export function isFloat64(value: unknown): value is Float64Array {
  return value instanceof Float64Array || kind.call(value) === 'Float64Array';
}

export function isFloatArray(value: unknown): value is FloatArray {
  return value instanceof Float32Array || isFloat64(value) || kind.call(value) === 'Float32Array';
}

/** A new array of zeros of the same dtype. */
export function zerosLike<A extends FloatArray>(array: A, length: number): A {
  return (isFloat64(array) ? new Float64Array(length) : new Float32Array(length)) as A;
}
