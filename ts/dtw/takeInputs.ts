import type { FloatArray } from '../native/NativeBinding';
import type { Take } from './steps';

/** Nothing that happens to an array afterwards (writing, detaching, resizing) reaches its copy. */
export const copyInputs: Take = <Arrays extends readonly FloatArray[]>(...arrays: Arrays) =>
  arrays.map(copyOf) as unknown as Arrays;

/**
 * The memory of the arrays without copying it: their buffers are detached. Memory that cannot be moved (a SharedArrayBuffer, that of a WebAssembly
 * instance) is copied.
 */
export const moveInputs: Take = <Arrays extends readonly FloatArray[]>(...arrays: Arrays) => {
  // Moving a buffer empties every view of it, and several arrays may be views of one: so where they lie is read first.
  const places = arrays.map(({ buffer, byteOffset, length }) => ({ buffer, byteOffset, length }));
  const moved = new Map([...new Set(places.map(({ buffer }) => buffer))].map((buffer) => [buffer, move(buffer)]));
  return arrays.map((array, index) => {
    const { buffer, byteOffset, length } = places[index];
    const own = moved.get(buffer);
    return own ? viewLike(array, own, byteOffset, length) : copyOf(array);
  }) as unknown as Arrays;
};

/** The memory of `buffer` in a new ArrayBuffer, or undefined where it cannot be moved. */
function move(buffer: ArrayBufferLike): ArrayBuffer | undefined {
  try {
    return structuredClone(buffer as ArrayBuffer, { transfer: [buffer as ArrayBuffer] });
  } catch {
    return undefined;
  }
}

function copyOf(array: FloatArray): FloatArray {
  return array.BYTES_PER_ELEMENT === 8 ? new Float64Array(array) : new Float32Array(array);
}

function viewLike(array: FloatArray, buffer: ArrayBuffer, byteOffset: number, length: number): FloatArray {
  return array.BYTES_PER_ELEMENT === 8
    ? new Float64Array(buffer, byteOffset, length)
    : new Float32Array(buffer, byteOffset, length);
}
