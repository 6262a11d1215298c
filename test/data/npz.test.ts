import fc from 'fast-check';
import { DataError, makeWindows, readSeries } from '../../ts/data';
import { float64Bytes, npy, npz, temporaryFolder } from './files';

const folder = temporaryFolder();
let files = 0;
const read = (bytes: Uint8Array) => readSeries(folder.file(`${files++}.npz`, bytes));
const array = (shape: number[], values: number[]) => npy('<f8', shape, float64Bytes(values));
const labels = (shape: number[], values: number[]) => npy('|u1', shape, Uint8Array.from(values));

describe('1. what is read', () => {
  test('one series [T, C] with weak and point labels', async () => {
    const series = await read(
      npz({ x: array([3, 2], [1, 2, 3, 4, 5, 6]), weakLabel: labels([2], [0, 1]), pointLabel: labels([3], [0, 0, 1]) }),
    );
    expect(series).toMatchObject({ length: 3, channels: 2, windowLength: undefined });
    expect(Array.from(series.data)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Array.from(series.windowLabel!)).toEqual([0, 1]);
    expect(Array.from(series.pointLabel!)).toEqual([0, 0, 1]);
  });

  test('ready windows [n, T, C], weak labels called y', async () => {
    const series = await read(npz({ x: array([2, 2, 1], [1, 2, 3, 4]), y: labels([2], [1, 0]) }));
    expect(series).toMatchObject({ length: 4, channels: 1, windowLength: 2 });
    const windows = makeWindows([series], 2, { padding: 'reference', scaler: { kind: 'none' } });
    expect(windows.shape).toEqual([2, 2, 1]);
    expect(Array.from(windows.weakLabel!)).toEqual([1, 0]);
  });

  test('point labels of ready windows are [n, T]', async () => {
    const series = await read(npz({ x: array([2, 2, 1], [1, 2, 3, 4]), pointLabel: labels([2, 2], [0, 0, 1, 0]) }));
    expect(Array.from(series.pointLabel!)).toEqual([0, 0, 1, 0]);
  });

  test('x alone', async () => {
    expect(await read(npz({ x: array([2], [1, 2]) }))).toMatchObject({ length: 2, channels: 1, pointLabel: undefined });
  });
});

describe('2. what is refused', () => {
  const x = array([2, 1], [1, 2]);
  test.each([
    ['an empty file', new Uint8Array(), 'expected a .npz archive but received an empty file'],
    ['no archive', Buffer.from('hello, world, this is text'), 'expected a .npz archive but received another file'],
    ['no x', npz({ y: labels([1], [0]) }), 'expected an array `x` but received y'],
    [
      'another array',
      npz({ x, pointlabel: labels([2], [0, 0]) }),
      'only the arrays x, weakLabel, y, pointLabel but received "pointlabel.npy"',
    ],
    [
      'both spellings',
      npz({ x, y: labels([1], [0]), weakLabel: labels([1], [0]) }),
      'in `weakLabel` or in `y` but received both',
    ],
    [
      'four axes',
      npz({ x: array([1, 1, 1, 1], [1]) }),
      'expected x of shape [T], [T, C] or [n, T, C] but received (1, 1, 1, 1)',
    ],
    [
      'labels of other length',
      npz({ x, pointLabel: labels([3], [0, 0, 0]) }),
      'pointLabel of shape (2), as x has, but received (3)',
    ],
    ['weak labels with two axes', npz({ x, y: labels([1, 1], [0]) }), 'weak labels of shape [n] but received (1, 1)'],
    [
      'a label of 3',
      npz({ x, pointLabel: labels([2], [0, 3]) }),
      'labels of 0 or 1 in pointLabel but received 3 at row 1',
    ],
    ['a weak label of 2', npz({ x, y: labels([1], [2]) }), 'labels of 0 or 1 in y but received 2 at row 0'],
    ['NaN', npz({ x: array([2, 1], [1, NaN]) }), 'expected finite values but received NaN at row 1, column 0'],
    [
      'a pickle',
      npz({ x: npy('|O', [3], Buffer.from('cos\nsystem\n')) }),
      "(x): expected an array of float, integer or boolean numbers but received dtype '|O'",
    ],
    ['no rows', npz({ x: array([0, 2], []) }), 'at least one row and one channel but received 0 and 2'],
  ])('%s', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(DataError);
    await expect(read(bytes)).rejects.toThrow(message);
  });

  test('an archive that claims more than deflate can hold', async () => {
    const bytes = Buffer.from(npz({ x }));
    const central = bytes.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    bytes.writeUInt32LE(0xf0000000, central + 24);
    await expect(read(bytes)).rejects.toThrow(
      'expected the true size of x.npy in the archive but received 4026531840 bytes',
    );
  });
});

test('3. fuzzing: an archive with some bytes changed, or cut, gives a DataError or a series', async () => {
  const valid = npz({ x: array([3, 2], [1, 2, 3, 4, 5, 6]), y: labels([1], [1]) });
  const changes = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(changes, fc.integer({ min: valid.length - 40, max: valid.length }), async (some, end) => {
      const copy = Buffer.from(valid);
      for (const [at, value] of some) copy[at] = value;
      try {
        const series = await readSeries(folder.file('fuzz.npz', copy.subarray(0, end)));
        expect(series.data).toHaveLength(series.length * series.channels);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});
