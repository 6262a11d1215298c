import fc from 'fast-check';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { DataError, readSeries } from '../../ts/data';
import { readNpyHeader } from '../../ts/data/npy';
import { readPickledSeries } from '../../ts/data/pickledSeries';
import { authorsFile, npy, pickleFile, temporaryFolder } from './files';

const folder = temporaryFolder();
const read = (bytes: Uint8Array) => readPickledSeries('f.npy', bytes, readNpyHeader('f.npy', bytes));
const small = authorsFile(3, 2, [1, -2.5, 1e-300, 4, 5, 1e300], [0, 1, 0]);

describe('1. a file of the authors', () => {
  test('gives data and point labels', async () => {
    const series = await readSeries(folder.file('a.npy', small));
    expect(series).toMatchObject({ name: 'a.npy', length: 3, channels: 2 });
    expect(Array.from(series.data)).toEqual([1, -2.5, 1e-300, 4, 5, 1e300]);
    expect(Array.from(series.pointLabel!)).toEqual([0, 1, 0]);
  });

  test('any bytes survive the detour over text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 60 }),
        (data) => {
          const series = read(authorsFile(data.length, 1, data, new Uint8Array(data.length)));
          expect(Buffer.from(series.data.buffer).equals(Buffer.from(Float64Array.from(data).buffer))).toBe(true);
        },
      ),
    );
  });
});

describe('2. refusals name what they found and its byte', () => {
  const start = readNpyHeader('f.npy', small).dataOffset;
  const refuse = (bytes: Uint8Array, message: string | RegExp) => {
    expect(() => read(bytes)).toThrow(DataError);
    expect(() => read(bytes)).toThrow(message);
  };

  test('another global, before anything else happens', () => {
    const at = readNpyHeader('f.npy', pickleFile()).dataOffset + 2;
    refuse(pickleFile('cos\nsystem\n', 'X\x02\x00\x00\x00ls\x85R.'), `but received 'os system' at byte ${at}`);
    refuse(pickleFile('cbuiltins\neval\n.'), `but received 'builtins eval' at byte ${at}`);
    refuse(pickleFile('cnumpy\nload\n.'), `but received 'numpy load' at byte ${at}`);
    refuse(pickleFile('c_codecs\ndecode\n.'), `but received '_codecs decode' at byte ${at}`);
    refuse(pickleFile(`c${'a'.repeat(200)}\nb\n.`), `short name of a global but received no end of line at byte ${at}`);
  });

  test.each([
    ['INST', 'i'],
    ['OBJ', 'o'],
    ['NEWOBJ', '\x81'],
    ['STACK_GLOBAL', '\x93'],
    ['EXT1', '\x82'],
    ['PERSID', 'P'],
    ['BINPERSID', 'Q'],
    ['SHORT_BINSTRING', 'U'],
    ['LONG1', '\x8a'],
    ['FRAME', '\x95'],
    ['EMPTY_DICT', '}'],
    ['SETITEMS', 'u'],
  ])('opcode %s', (_, opcode) => {
    const code = opcode.charCodeAt(0).toString(16).padStart(2, '0');
    refuse(pickleFile(opcode), new RegExp(`received opcode 0x${code} at byte ${start + 2}$`));
  });

  test.each([
    [
      'another protocol',
      npy('|O', [3], Buffer.from('8004', 'hex')),
      'expected pickle protocol 2 but received protocol 4',
    ],
    [
      'an encoding that is no latin1',
      pickleFile('c_codecs\nencode\nX\x01\0\0\0aX\x04\0\0\0utf8\x86R.'),
      "a call of '_codecs encode'",
    ],
    ['a call of a number', pickleFile('K\x01K\x02\x85R.'), "a call of 'no global' with other arguments"],
    [
      'a call of a dtype of another kind',
      pickleFile('cnumpy\ndtype\nX\x02\0\0\0V8K\0K\x01\x87R.'),
      "a call of 'numpy dtype'",
    ],
    ['state for a number', pickleFile('K\x01K\x02\x85b.'), 'only the state of a NumPy array or dtype'],
    ['an empty stack', pickleFile('\x85'), 'expected 1 values on the pickle stack but received 0'],
    ['a missing mark', pickleFile('K\x01t'), 'a mark on the pickle stack but received none'],
    ['an unknown memo entry', pickleFile('h\x07'), 'received entry 7'],
    ['two values', pickleFile('K\x01K\x02.'), 'one value at the end of the pickle but received 2'],
    ['bytes after the end', Buffer.concat([small, Buffer.from('x')]), 'received 1 bytes after it'],
    ['a cut file', small.subarray(0, small.length - 40), 'a complete pickle but received the end of the file'],
    [
      'a text longer than the file',
      pickleFile('X\xff\xff\xff\xffab'),
      'a complete pickle but received the end of the file',
    ],
    ['a plain value', pickleFile('K\x01.'), 'a pickled object array of data, labels and (rows, channels)'],
    ['fewer labels than rows', authorsFile(3, 1, [1, 2, 3], [0, 1]), 'expected 24 bytes of the labels for shape (3)'],
    ['a label of 2', authorsFile(2, 1, [1, 2], [0, 2]), 'labels of 0 or 1 in the point labels but received 2 at row 1'],
    [
      'NaN',
      authorsFile(2, 2, [1, 2, 3, NaN], [0, 0]),
      'finite values but received NaN at row 1, column 1 (counted from 0)',
    ],
  ])('%s', (_, bytes, message) => refuse(bytes, message));

  test('a short text that the memo repeats cannot grow into much memory', () => {
    const big = Buffer.alloc(100_000, 0x61);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(big.length);
    const text = ['X', size, big, 'q\x01X\x06\0\0\0latin1q\x02'];
    const bomb = pickleFile(...text, ...new Array<string>(50_000).fill('c_codecs\nencode\nh\x01h\x02\x86R'), '.');
    refuse(bomb, 'no more array bytes than the file has but received a repeated text');
  });

  test('a list of very many items is no matter', () => {
    refuse(pickleFile('](', 'K\x01'.repeat(500_000), 'e.'), 'a pickled object array');
  });
});

describe('3. fuzzing: a DataError or a series, nothing else', () => {
  const survives = (bytes: Uint8Array) => {
    try {
      const series = read(bytes);
      expect(series.data).toHaveLength(series.length * series.channels);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
    }
  };
  const mutations = (size: number) => fc.array(fc.tuple(fc.nat(size - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
  const mutate = (bytes: Uint8Array, changes: [number, number][]) => {
    const copy = Buffer.from(bytes);
    for (const [at, value] of changes) copy[at] = value;
    return copy;
  };

  test('random bytes after a header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => survives(pickleFile(bytes))),
      { numRuns: 2000 },
    );
  });

  test('random sequences of the allowed opcodes', () => {
    const opcodes = fc.constantFrom(
      ...'(.cqhJKMXNtb]eR\x89\x85\x86\x87',
      'c_codecs\nencode\n',
      'cnumpy\nndarray\n',
      'cnumpy\ndtype\n',
    );
    const piece = fc.oneof(opcodes, fc.constantFrom('K\x01', 'X\x02\0\0\0f8', 'X\x06\0\0\0latin1', 'q\x01', 'h\x01'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (parts) => survives(pickleFile(...parts))),
      { numRuns: 2000 },
    );
  });

  test('a small file with some bytes changed, or cut', () => {
    fc.assert(
      fc.property(mutations(small.length), fc.integer({ min: small.length - 60, max: small.length }), (changes, end) =>
        survives(mutate(small, changes).subarray(0, end)),
      ),
      { numRuns: 3000 },
    );
  });

  const emg = path.join(__dirname, '..', '..', '..', 'shared', 'data', 'EMG', 'test');
  (existsSync(emg) ? test : test.skip)('a real file with some bytes changed', () => {
    const real = readFileSync(path.join(emg, readdirSync(emg)[0]));
    // The structure lies in the first 500 bytes and the last 13,500 (labels included).
    const place = fc.oneof(fc.nat(500), fc.integer({ min: real.length - 13_500, max: real.length - 1 }));
    const changes = fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(changes, (some) => survives(mutate(real, some))),
      { numRuns: 300 },
    );
  });
});
