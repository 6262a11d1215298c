import { expectedType, expectedValue } from '../util/expected';

// The format: 8 bytes with the header's length (little-endian), the header in JSON, then the arrays one after the other.
// https://huggingface.co/docs/safetensors
const lengthBytes = 8;
/** The limit of the format's own reader. */
const maxHeaderBytes = 100_000_000;

export interface NamedTensor {
  dtype: 'F32';
  shape: readonly number[];
  data: Float32Array;
}

/** Writes float32 arrays and string metadata as the bytes of a .safetensors file. */
export function encode(
  tensors: ReadonlyMap<string, Omit<NamedTensor, 'dtype'>>,
  metadata: Readonly<Record<string, string>> = {},
): Buffer {
  const entries: [string, unknown][] = [['__metadata__', metadata]];
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    const begin = end;
    end += data.byteLength;
    entries.push([name, { dtype: 'F32', shape, data_offsets: [begin, end] }]);
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  // Spaces behind the header align the arrays.
  const padded = Buffer.alloc(Math.ceil(json.length / lengthBytes) * lengthBytes, ' ');
  json.copy(padded);
  const length = Buffer.alloc(lengthBytes);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...parts]);
}

/**
 * Reads a .safetensors file of float32 arrays. Nothing is allocated on the word of the header alone: the arrays it describes
 * must fill the rest of the file exactly.
 * @throws TypeError or RangeError, one sentence, where the file is anything else
 */
export function decode(file: Uint8Array): { tensors: Map<string, NamedTensor>; metadata: Record<string, string> } {
  const { header, body } = split(file);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw expectedType('an object of strings', '__metadata__', metadata);
  }
  const ranges = Object.entries(entries).map(([name, entry]) => ({ name, ...range(name, entry) }));
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  const tensors = new Map<string, NamedTensor>();
  for (const { name, shape, begin, end: next } of ranges) {
    if (begin !== end || next > body.byteLength) {
      throw expectedValue(
        `data_offsets [${end}, at most ${body.byteLength}], one array behind the other within the file,`,
        name,
        [begin, next],
      );
    }
    // A copy, because the bytes may lie at any alignment.
    tensors.set(name, { dtype: 'F32', shape, data: new Float32Array(body.slice(begin, next).buffer) });
    end = next;
  }
  if (end !== body.byteLength) {
    throw expectedValue(`${end} bytes of arrays, as its header says,`, 'safetensors file', body.byteLength);
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

function split(file: Uint8Array): { header: Record<string, unknown>; body: Uint8Array } {
  if (!ArrayBuffer.isView(file)) throw expectedType('a Uint8Array', 'safetensors file', file);
  // A plain Uint8Array, because the slices of a Buffer share its memory.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < lengthBytes) throw expectedValue('at least 8 bytes', 'safetensors file', bytes.length);
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const most = Math.min(bytes.length - lengthBytes, maxHeaderBytes);
  if (length > most) throw expectedValue(`at most ${most} bytes`, 'safetensors header', length);
  const header = parseJson(bytes.subarray(lengthBytes, lengthBytes + length));
  if (!isRecord(header)) throw expectedType('a JSON object', 'safetensors header', header);
  return { header, body: bytes.subarray(lengthBytes + length) };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw expectedValue('a JSON object', 'safetensors header', Buffer.from(bytes).toString('latin1'));
  }
}

/** What the header says of one array, checked against itself: the shape accounts for every byte of the range. */
function range(name: string, entry: unknown): { shape: number[]; begin: number; end: number } {
  if (!isRecord(entry)) throw expectedType('an object of dtype, shape and data_offsets', name, entry);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32') throw expectedValue('dtype F32', name, dtype);
  if (!isSizes(shape)) throw expectedValue('a shape of integers >= 0', name, shape);
  if (!isSizes(offsets) || offsets.length !== 2) throw expectedValue('data_offsets [begin, end]', name, offsets);
  const [begin, end] = offsets;
  const byteLength = shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT);
  if (end - begin !== byteLength) {
    throw expectedValue(`data_offsets that are ${byteLength} bytes apart, as its shape says,`, name, offsets);
  }
  return { shape, begin, end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
