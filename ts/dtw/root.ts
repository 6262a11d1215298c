import type { FloatArray } from '../native/NativeBinding';

/** Summed costs to their square roots, in place: the option `root`. */
export function rootAll(values: FloatArray): void {
  for (let index = 0; index < values.length; index++) values[index] = Math.sqrt(values[index]);
}
