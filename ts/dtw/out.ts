import type { FloatArray } from '../native/NativeBinding';
import { expectedType, expectedValue } from '../util/expected';
import { isFloat64, isFloatArray, zerosLike } from './arrays';
import { rejectUnknownKeys } from './check';

/** Where results go instead of into new arrays. */
export interface OutOption<A extends FloatArray, Name extends string> {
  /**
   * Arrays to fill, and return, in place of new ones, whatever they held: of the dtype and number of elements of the results that they are, apart from
   * the inputs and each other in memory. The memory of new arrays has to be cleared by the system first, which takes a third to a half of the whole time where
   * E is asked for: a loop saves that. After an error their contents are unspecified.
   */
  out?: { readonly [name in Name]?: A };
}

/** The option `out`, checked so far as its names go: some of `names`, which are what the call computes. */
export function checkOut(out: unknown, names: readonly string[]): Record<string, unknown> {
  if (out === undefined) return {};
  rejectUnknownKeys(out, 'out', names);
  return out as Record<string, unknown>;
}

/** The array of `out` for the result `name`, checked, or a new one: of the dtype of `like`. */
export function outLike<A extends FloatArray>(out: Record<string, unknown>, name: string, like: A, length: number): A {
  const given = out[name];
  if (given === undefined) return zerosLike(like, length);
  const path = `out.${name}`;
  if (!isFloatArray(given) || isFloat64(given) !== isFloat64(like))
    throw expectedType(`a ${isFloat64(like) ? 'Float64Array' : 'Float32Array'}, as the input is,`, path, given);
  if (given.length !== length) throw expectedValue(`${length} elements`, path, given);
  return given as A;
}
