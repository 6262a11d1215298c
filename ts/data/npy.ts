import { DataError } from './dataError';
import { elementType, readNumbers } from './numbers';

const MAGIC = '\x93NUMPY';

export interface NpyHeader {
  /** NumPy's dtype string, e.g. '<f8'. */
  dtype: string;
  fortranOrder: boolean;
  shape: number[];
  /** Where the data begin, in bytes from the start of the file. */
  dataOffset: number;
}

/** Reads the header of a .npy file, format 1.0, 2.0 or 3.0. */
export function readNpyHeader(file: string, bytes: Uint8Array): NpyHeader {
  if (bytes.length === 0) throw new DataError(file, 'expected a .npy file but received an empty file');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 12 || buffer.toString('latin1', 0, 6) !== MAGIC) {
    throw new DataError(file, "expected a .npy file but received a file that does not begin with NumPy's signature");
  }
  const [major, minor] = [buffer[6], buffer[7]];
  if (![1, 2, 3].includes(major) || minor !== 0) {
    throw new DataError(file, `expected .npy format 1.0, 2.0 or 3.0 but received ${major}.${minor}`);
  }
  const headerOffset = major === 1 ? 10 : 12;
  const dataOffset = headerOffset + (major === 1 ? buffer.readUInt16LE(8) : buffer.readUInt32LE(8));
  if (dataOffset > buffer.length)
    throw new DataError(file, 'expected a complete .npy header but the file ends within it');

  const header = buffer.toString('latin1', headerOffset, dataOffset);
  const [, dtype] = /'descr': '([^']{2,16})'/.exec(header) ?? [];
  const [, order] = /'fortran_order': (True|False)/.exec(header) ?? [];
  const [, sizes] = /'shape': \(([\d, ]{0,120})\)/.exec(header) ?? [];
  if (dtype === undefined || order === undefined || sizes === undefined) {
    const received = JSON.stringify(header.trim().slice(0, 80));
    throw new DataError(
      file,
      `expected 'descr', 'fortran_order' and 'shape' in the .npy header but received ${received}`,
    );
  }
  const shape = (sizes.match(/\d+/g) ?? []).map(Number);
  return { dtype, fortranOrder: order === 'True', shape, dataOffset };
}

/** Reads an array of real numbers of any NumPy type, order and byte order: row-major values and their shape. */
export function readNpy(file: string, bytes: Uint8Array): { values: Float64Array; shape: number[] } {
  const { dtype, fortranOrder, shape, dataOffset } = readNpyHeader(file, bytes);
  const type = elementType(dtype);
  if (!type)
    throw new DataError(file, `expected an array of float, integer or boolean numbers but received dtype '${dtype}'`);
  const expected = shape.reduce((product, size) => product * size, type.size);
  const body = bytes.subarray(dataOffset);
  if (body.length !== expected) {
    throw new DataError(
      file,
      `expected ${expected} bytes of data for shape (${shape.join(', ')}) but received ${body.length}`,
    );
  }
  return { values: readNumbers(body, type, shape, fortranOrder), shape };
}
