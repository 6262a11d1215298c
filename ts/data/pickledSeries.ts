import { DataError } from './dataError';
import { elementType, readNumbers } from './numbers';
import type { NpyHeader } from './npy';
import { NumpyArray, readPickle, toSizes, type Dtype, type PickleValue } from './pickle';
import { checkFinite, toLabels, type Series } from './series';

/**
 * Reads a file of the WETAS authors (their EMG data): a pickled object array of data [T, C], point labels [T] and (T, C),
 * all float64, inside a .npy file of format 1.0.
 */
export function readPickledSeries(file: string, bytes: Uint8Array, header: NpyHeader): Omit<Series, 'name'> {
  const value = readPickle(file, bytes, header.dataOffset);
  const outer = value instanceof NumpyArray && value.dtype?.code === 'O8' ? value.content : [];
  if (outer instanceof Uint8Array || outer.length !== 3) {
    throw new DataError(
      file,
      'expected a pickled object array of data, labels and (rows, channels) but received another value',
    );
  }
  const data = readFloats(file, 'the data', outer[0]);
  const labels = readFloats(file, 'the labels', outer[1]);
  const sizes = toSizes(outer[2]);
  const [length, channels] = data.shape;
  const agree = sizes?.length === 2 && sizes[0] === length && sizes[1] === channels && labels.shape[0] === length;
  if (data.shape.length !== 2 || labels.shape.length !== 1 || !agree) {
    const shapes = [data.shape, labels.shape, sizes ?? []].map((shape) => `(${shape.join(', ')})`).join(', ');
    throw new DataError(file, `expected data [T, C], labels [T] and the sizes (T, C) but received shapes ${shapes}`);
  }
  checkFinite(file, data.values, channels);
  return { length, channels, data: data.values, pointLabel: toLabels(file, 'the point labels', labels.values) };
}

function readFloats(file: string, what: string, value: PickleValue): { values: Float64Array; shape: number[] } {
  const dtype = value instanceof NumpyArray ? value.dtype : undefined;
  if (!(value instanceof NumpyArray) || !(value.content instanceof Uint8Array) || !isFloat64(dtype)) {
    throw new DataError(file, `expected ${what} to be a pickled array of dtype '<f8' but received another value`);
  }
  const { shape, content } = value;
  const expected = shape.reduce((product, size) => product * size, 8);
  if (content.length !== expected) {
    throw new DataError(
      file,
      `expected ${expected} bytes of ${what} for shape (${shape.join(', ')}) but received ${content.length}`,
    );
  }
  return { values: readNumbers(content, elementType('<f8')!, shape, false), shape };
}

function isFloat64(dtype?: Dtype): boolean {
  return dtype?.code === 'f8' && dtype.byteOrder === '<';
}
