import fc from 'fast-check';
import { decode, encode } from '../../ts/model/safetensors';

const tensors = new Map([
  ['a', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, NaN, Infinity, -0) }],
  ['empty', { shape: [0, 4], data: new Float32Array(0) }],
  ['__proto__', { shape: [], data: Float32Array.of(7) }],
]);
const file = encode(tensors, { made: 'by a test' });

/** A file of this header and this many bytes of arrays. */
function withHeader(header: string, bodyBytes = 0): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(bodyBytes)]);
}

it('reads what it wrote, at any alignment in memory', () => {
  for (let shift = 0; shift < 8; shift++) {
    const shifted = new Uint8Array(file.length + shift).subarray(shift);
    shifted.set(file);
    const { tensors: read, metadata } = decode(shifted);
    expect([...read]).toEqual([...tensors].map(([name, tensor]) => [name, { dtype: 'F32', ...tensor }]));
    expect(metadata).toEqual({ made: 'by a test' });
  }
});

it('writes the bytes of the format', () => {
  const small = encode(new Map([['x', { shape: [1], data: Float32Array.of(1) }]]));
  const header = '{"__metadata__":{},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  expect(Number(small.readBigUInt64LE())).toBe(Math.ceil(header.length / 8) * 8);
  expect(small.subarray(8, -4).toString()).toBe(header.padEnd(Math.ceil(header.length / 8) * 8));
  expect([...small.subarray(-4)]).toEqual([0, 0, 0x80, 0x3f]);
});

it('reads a file whose arrays are not in the order of their names', () => {
  const entry = (begin: number) => ({ dtype: 'F32', shape: [1], data_offsets: [begin, begin + 4] });
  const { tensors: read } = decode(withHeader(JSON.stringify({ second: entry(4), first: entry(0) }), 8));
  expect([...read.keys()].sort()).toEqual(['first', 'second']);
});

describe('one clear error for a file that is', () => {
  const entry = (change: object) =>
    JSON.stringify({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...change } });
  const two = JSON.stringify({
    x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    y: { dtype: 'F32', shape: [2], data_offsets: [4, 12] },
  });
  const huge = Buffer.alloc(16);
  huge.writeBigUInt64LE(2n ** 63n);
  const wrong: [string, Buffer, string][] = [
    ['empty', Buffer.alloc(0), 'expected at least 8 bytes for `safetensors file` but received 0'],
    [
      'lying about its header',
      huge,
      'expected at most 8 bytes for `safetensors header` but received 9223372036854776000',
    ],
    ['no JSON', withHeader('{"x":'), 'expected a JSON object for `safetensors header` but received "{\\"x\\":"'],
    ['no UTF-8', withHeader('\xff').fill(0xff, 8), 'expected a JSON object for `safetensors header`'],
    ['an array', withHeader('[]'), 'expected a JSON object for `safetensors header` but received []'],
    ['of another dtype', withHeader(entry({ dtype: 'F16' }), 8), 'expected dtype F32 for `x` but received "F16"'],
    [
      'of a negative size',
      withHeader(entry({ shape: [-2] }), 8),
      'expected a shape of integers >= 0 for `x` but received [-2]',
    ],
    ['of an enormous size', withHeader(entry({ shape: [2 ** 52, 2 ** 52] }), 8), 'expected data_offsets that are 8'],
    ['smaller than its shape', withHeader(entry({ shape: [3] }), 8), 'expected data_offsets that are 12 bytes apart'],
    ['truncated', withHeader(entry({}), 7), 'expected data_offsets [0, at most 7], one array behind the other'],
    ['longer than its header says', withHeader(entry({}), 12), 'expected 8 bytes of arrays, as its header says, for'],
    ['with a hole', withHeader(entry({ data_offsets: [4, 12] }), 12), 'expected data_offsets [0, at most 12]'],
    ['with an overlap', withHeader(two, 12), 'expected data_offsets [8, at most 12]'],
    ['without offsets', withHeader(entry({ data_offsets: [0] }), 8), 'expected data_offsets [begin, end] for `x`'],
    [
      'with numbers as metadata',
      withHeader('{"__metadata__":{"a":1}}'),
      'expected an object of strings for `__metadata__`',
    ],
    ['deeply nested', withHeader(entry({ shape: 0 }).replace('0', '['.repeat(1e5) + ']'.repeat(1e5))), 'expected a '],
  ];
  it.each(wrong)('%s', (_, bytes, message) => {
    expect(() => decode(bytes)).toThrow(message);
  });

  it('no bytes at all', () => {
    expect(() => decode('x' as unknown as Uint8Array)).toThrow('expected a Uint8Array for `safetensors file` but');
  });
});

it('answers any damage with a sentence or with tensors no larger than the file', () => {
  const damage = fc.record({
    cut: fc.integer({ min: 0, max: file.length }),
    changes: fc.array(fc.tuple(fc.integer({ min: 0, max: file.length - 1 }), fc.integer({ min: 0, max: 255 })), {
      maxLength: 4,
    }),
  });
  let refused = 0;
  fc.assert(
    fc.property(damage, ({ cut, changes }) => {
      const bytes = Buffer.from(file);
      for (const [at, value] of changes) bytes[at] = value;
      try {
        const { tensors: read } = decode(bytes.subarray(0, cut));
        const total = [...read.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
        expect(total).toBeLessThanOrEqual(cut);
      } catch (error) {
        refused++;
        expect((error as Error).message).toMatch(/^expected .* for `.*` but received /s);
      }
    }),
    { numRuns: 2000 },
  );
  expect(refused).toBeGreaterThan(1000);
});
