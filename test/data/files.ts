import { zipSync } from 'fflate';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A temporary folder for the tests of one file; removed after them. */
export function temporaryFolder(): { file(name: string, content: string | Uint8Array): string; path: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'wetas-data-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    path: folder,
    file(name, content) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
  };
}

export function npy(
  dtype: string,
  shape: number[],
  body: Uint8Array,
  { fortranOrder = false, version = 1 } = {},
): Buffer {
  const order = fortranOrder ? 'True' : 'False';
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${dtype}', 'fortran_order': ${order}, 'shape': (${sizes}), }\n`;
  const prefix = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]);
  const size = Buffer.alloc(version === 1 ? 2 : 4);
  size.writeUIntLE(header.length, 0, size.length);
  return Buffer.concat([prefix, size, Buffer.from(header), body]);
}

export function float64Bytes(values: ArrayLike<number>): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer);
}

export function npz(arrays: Record<string, Uint8Array>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])));
}

// Pickle protocol 2, opcode by opcode, as NumPy under Python 3 writes an object array.
const text = (value: string) => {
  const utf8 = Buffer.from(value, 'utf8');
  const size = Buffer.alloc(4);
  size.writeUInt32LE(utf8.length);
  return Buffer.concat([Buffer.from('X'), size, utf8]);
};
const short = (value: number) => Buffer.from([0x4d, value & 0xff, value >> 8]);
const bytes = (value: Uint8Array) => [text(Buffer.from(value).toString('latin1')), text('latin1'), '\x86R'];
const encode = 'c_codecs\nencode\n';
const reconstruct = [
  'cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85',
  encode,
  ...bytes(Buffer.from('b')),
  '\x87R',
];
const dtype = (code: string, order: string, flags: string) => [
  'cnumpy\ndtype\n',
  text(code),
  'K\x00K\x01\x87R(K\x03',
  text(order),
  `NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK${flags}tb`,
];
const floatArray = (shape: Buffer[], values: ArrayLike<number>) => [
  ...reconstruct,
  '(K\x01',
  ...shape,
  shape.length === 2 ? '\x86' : '\x85',
  ...dtype('f8', '<', '\x00'),
  '\x89',
  encode,
  ...bytes(float64Bytes(values)),
  'tb',
];

export const join = (parts: (string | Uint8Array)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));

/** A file as the authors wrote theirs, with any data. */
export function authorsFile(
  length: number,
  channels: number,
  data: ArrayLike<number>,
  labels: ArrayLike<number>,
): Buffer {
  const pickle = [
    '\x80\x02',
    ...reconstruct,
    '(K\x01K\x03\x85',
    ...dtype('O8', '|', '\x3f'),
    '\x89](',
    ...floatArray([short(length), short(channels)], data),
    ...floatArray([short(length)], labels),
    short(length),
    short(channels),
    '\x86etb.',
  ];
  return npy('|O', [3], join(pickle));
}

/** A pickle of our choice in an object .npy file, and where it begins. */
export function pickleFile(...parts: (string | Uint8Array)[]): Buffer {
  return npy('|O', [3], join(['\x80\x02', ...parts]));
}
