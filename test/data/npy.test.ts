import fc from 'fast-check';
import { DataError, readSeries } from '../../ts/data';
import { readNpy } from '../../ts/data/npy';
import { float64Bytes, npy, temporaryFolder } from './files';

const folder = temporaryFolder();

function elements(dtype: string, values: number[]): Uint8Array {
  const size = Number(dtype[2]);
  const view = new DataView(new ArrayBuffer(values.length * size));
  const little = dtype[0] !== '>';
  values.forEach((value, i) => {
    const at = i * size;
    const kind = dtype.slice(1);
    if (kind === 'f4') view.setFloat32(at, value, little);
    else if (kind === 'f8') view.setFloat64(at, value, little);
    else if (size === 8) view.setBigInt64(at, BigInt(value), little);
    else if (size === 4) view.setInt32(at, value, little);
    else if (size === 2) view.setInt16(at, value, little);
    else view.setInt8(at, value);
  });
  return new Uint8Array(view.buffer);
}

describe('1. what is read', () => {
  test.each(['<f8', '>f8', '<f4', '>f4', '<i8', '>i8', '<i4', '<i2', '>i2', '|i1'])('%s', async (dtype) => {
    const file = folder.file(`${dtype.slice(1)}.npy`, npy(dtype, [3, 2], elements(dtype, [1, -2, 3, 4, 5, 100])));
    const series = await readSeries(file);
    expect(series).toMatchObject({ length: 3, channels: 2 });
    expect(Array.from(series.data)).toEqual([1, -2, 3, 4, 5, 100]);
  });

  test.each([
    ['|b1', [1, 0, 1]],
    ['|u1', [255, 0, 200]],
    ['<u2', [65535, 0, 1]],
    ['<u4', [4294967295, 0, 1]],
    ['<u8', [2 ** 53, 0, 1]],
  ])('%s, without a sign', (dtype, values) => {
    const size = Number(dtype[2]);
    const body = Buffer.alloc(3 * size);
    values.forEach((value, i) => {
      if (size === 8) body.writeBigUInt64LE(BigInt(value), i * 8);
      else body.writeUIntLE(value, i * size, size);
    });
    expect(Array.from(readNpy('f', npy(dtype, [3], body)).values)).toEqual(values);
  });

  test('one axis is one channel', async () => {
    const series = await readSeries(folder.file('flat.npy', npy('<f8', [3], float64Bytes([1, 2, 3]))));
    expect(series).toMatchObject({ name: 'flat.npy', length: 3, channels: 1 });
    expect(series.pointLabel).toBeUndefined();
  });

  test('Fortran order, of any number of axes', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shape, (sizes) => {
        const count = sizes.reduce((a, b) => a * b);
        // The element at index (i, j, k) is its place in column-major order.
        const stored = Array.from({ length: count }, (_, i) => i);
        const { values } = readNpy('f', npy('<f8', sizes, float64Bytes(stored), { fortranOrder: true }));
        const expected = stored.map((place) => {
          const index = sizes.map((size, axis) => {
            const inner = sizes.slice(axis + 1).reduce((a, b) => a * b, 1);
            return Math.floor(place / inner) % size;
          });
          return index.reduceRight((sum, digit, axis) => sum * sizes[axis] + digit, 0);
        });
        expect(Array.from(values)).toEqual(expected);
      }),
    );
  });

  test.each([2, 3])('format %d.0', (version) => {
    expect(Array.from(readNpy('f', npy('<f8', [2], float64Bytes([7, 8]), { version })).values)).toEqual([7, 8]);
  });
});

describe('2. what is refused', () => {
  test.each([
    ['empty', new Uint8Array(), 'expected a .npy file but received an empty file'],
    ['text', Buffer.from('1,2,3\n4,5,6\n7,8,9\n'), "that does not begin with NumPy's signature"],
    [
      'version',
      npy('<f8', [1], float64Bytes([1]), { version: 4 }),
      'expected .npy format 1.0, 2.0 or 3.0 but received 4.0',
    ],
    ['cut-header', npy('<f8', [1], float64Bytes([1])).subarray(0, 30), 'but the file ends within it'],
    ['complex', npy('<c16', [1], new Uint8Array(16)), "but received dtype '<c16'"],
    ['half', npy('<f2', [1], new Uint8Array(2)), "but received dtype '<f2'"],
    ['strings', npy('<U3', [1], new Uint8Array(12)), "but received dtype '<U3'"],
    ['short', npy('<f8', [3, 2], float64Bytes([1])), 'expected 48 bytes of data for shape (3, 2) but received 8'],
    ['long', npy('<f8', [1], float64Bytes([1, 2])), 'expected 8 bytes of data for shape (1) but received 16'],
    [
      'huge',
      npy('<f8', [1e15, 1e15], float64Bytes([1])),
      'bytes of data for shape (1000000000000000, 1000000000000000) but',
    ],
    ['cube', npy('<f8', [1, 1, 1], float64Bytes([1])), 'expected an array [T] or [T, C] but received shape (1, 1, 1)'],
    ['scalar', npy('<f8', [], float64Bytes([1])), 'but received shape ()'],
    ['no-rows', npy('<f8', [0, 3], new Uint8Array()), 'at least one row and one channel but received 0 and 3'],
    [
      'infinite',
      npy('<f8', [2, 2], float64Bytes([1, 2, 3, -Infinity])),
      'received -Infinity at row 1, column 1 (counted from 0)',
    ],
    [
      'bad-header',
      Buffer.concat([npy('<f8', [1], float64Bytes([1])).subarray(0, 10), Buffer.alloc(80, 'x')]),
      "expected 'descr'",
    ],
  ])('%s', async (name, bytes, message) => {
    const file = folder.file(`${name}.npy`, bytes);
    await expect(readSeries(file)).rejects.toThrow(DataError);
    await expect(readSeries(file)).rejects.toThrow(message);
    await expect(readSeries(file)).rejects.toThrow(`${file}: `);
  });

  test('another extension, or no file', async () => {
    const file = folder.file('a.xlsx', 'x');
    await expect(readSeries(file)).rejects.toThrow(
      'expected a file ending in .csv, .tsv, .txt, .npy, .npz but received ".xlsx"',
    );
    await expect(readSeries(`${folder.path}/none.npy`)).rejects.toThrow('but received no such file or folder');
  });
});

describe('3. fuzzing: a DataError or as many values as the shape says', () => {
  const survives = (bytes: Uint8Array) => {
    try {
      const { values, shape } = readNpy('f', bytes);
      expect(values).toHaveLength(shape.reduce((a, b) => a * b, 1));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
    }
  };

  test('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), survives), { numRuns: 1000 });
  });

  test('a file with some bytes changed, or cut', () => {
    const valid = npy('<f8', [3, 2], float64Bytes([1, 2, 3, 4, 5, 6]));
    const changes = fc.array(fc.tuple(fc.nat(90), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(changes, fc.nat(valid.length), fc.boolean(), (some, end, cut) => {
        const copy = Buffer.from(valid);
        for (const [at, value] of some) copy[at] = value;
        survives(cut ? copy.subarray(0, end) : copy);
      }),
      { numRuns: 3000 },
    );
  });
});
