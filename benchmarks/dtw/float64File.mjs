import { readFileSync, writeFileSync } from 'node:fs';

/** Raw little-endian float64 numbers, as NumPy's fromfile and tofile have them. */
export function readFloat64(file) {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

export function writeFloat64(file, array) {
  writeFileSync(file, Float64Array.from(array));
}
