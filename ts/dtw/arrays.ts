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
