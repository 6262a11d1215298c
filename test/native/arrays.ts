/** `length` reproducible numbers in [-1, 1). */
export function uniform(length: number, seed: number): Float32Array {
  let state = (seed + 1) * 0x9e3779b9;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Every element within `tolerance` of the largest magnitude expected, or of `scale`: that of the terms of a sum that may cancel. */
export function expectClose(actual: Float32Array, expected: ArrayLike<number>, tolerance = 5e-6, scale = 1): void {
  expect(actual.length).toBe(expected.length);
  let largest = scale;
  for (let i = 0; i < expected.length; ++i) largest = Math.max(largest, Math.abs(expected[i]));
  for (let i = 0; i < expected.length; ++i) {
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance * largest)) {
      throw new Error(`expected ${expected[i]} at ${i} but received ${actual[i]} (tolerance ${tolerance * largest})`);
    }
  }
}
