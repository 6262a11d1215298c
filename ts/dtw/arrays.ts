import type { FloatArray } from '../native/NativeBinding';

const typedArray = Object.getPrototypeOf(Float32Array.prototype) as object;

/** The one test of a typed array's kind that holds for arrays of other realms (node:vm, jest) and that no other object passes. */
function kindOf(value: unknown): unknown {
  return Reflect.get(typedArray, Symbol.toStringTag, value);
}

export function isFloat64(value: unknown): value is Float64Array {
  return kindOf(value) === 'Float64Array';
}

export function isFloatArray(value: unknown): value is FloatArray {
  const kind = kindOf(value);
  return kind === 'Float32Array' || kind === 'Float64Array';
}

/** A new array of zeros of the same dtype. */
export function zerosLike<A extends FloatArray>(array: A, length: number): A {
  return (isFloat64(array) ? new Float64Array(length) : new Float32Array(length)) as A;
}
