/** Element types of NumPy's that we read, by the type letter and byte size of their dtype string. */
const READERS: Record<string, (view: DataView, offset: number, littleEndian: boolean) => number> = {
  f4: (view, offset, littleEndian) => view.getFloat32(offset, littleEndian),
  f8: (view, offset, littleEndian) => view.getFloat64(offset, littleEndian),
  b1: (view, offset) => view.getUint8(offset),
  u1: (view, offset) => view.getUint8(offset),
  i1: (view, offset) => view.getInt8(offset),
  u2: (view, offset, littleEndian) => view.getUint16(offset, littleEndian),
  i2: (view, offset, littleEndian) => view.getInt16(offset, littleEndian),
  u4: (view, offset, littleEndian) => view.getUint32(offset, littleEndian),
  i4: (view, offset, littleEndian) => view.getInt32(offset, littleEndian),
  u8: (view, offset, littleEndian) => Number(view.getBigUint64(offset, littleEndian)),
  i8: (view, offset, littleEndian) => Number(view.getBigInt64(offset, littleEndian)),
};

export interface ElementType {
  size: number;
  read(view: DataView, offset: number): number;
}

/** @returns undefined for a dtype that holds no real numbers, such as '<U3', '<c16', '|O' */
export function elementType(dtype: string): ElementType | undefined {
  const [, order, name] = /^([<>|=])([fiub][1248])$/.exec(dtype) ?? [];
  const reader = READERS[name];
  return reader && { size: Number(name[1]), read: (view, offset) => reader(view, offset, order !== '>') };
}

/** The elements of `bytes` in row-major order, whatever order they are stored in. */
export function readNumbers(
  bytes: Uint8Array,
  type: ElementType,
  shape: readonly number[],
  fortranOrder: boolean,
): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(bytes.byteLength / type.size);
  if (!fortranOrder || shape.length < 2) {
    for (let i = 0; i < values.length; i++) values[i] = type.read(view, i * type.size);
    return values;
  }
  // Column-major: the first index runs fastest. `index` counts up in row-major order, its last digit fastest.
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, type.size));
  const index = new Array<number>(shape.length).fill(0);
  let offset = 0;
  for (let i = 0; i < values.length; i++) {
    values[i] = type.read(view, offset);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += strides[axis];
      if (++index[axis] < shape[axis]) break;
      offset -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return values;
}
