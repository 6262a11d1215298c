import { DataError } from './dataError';

/** What a pickle of NumPy arrays may hold. Texts stay undecoded: one of them is a whole array. */
export type PickleValue =
  null | boolean | number | Text | Global | Bytes | Dtype | NumpyArray | PickleTuple | PickleList | Mark;

export class NumpyArray {
  shape: number[] = [];
  dtype?: Dtype;
  /** The bytes of a numeric array, the items of an object array. */
  content: Uint8Array | readonly PickleValue[] = [];
}

export class Dtype {
  constructor(
    /** 'f8' or 'O8' */
    readonly code: string,
    /** '<' or '|' once built */
    public byteOrder = '',
  ) {}
}

class Text {
  constructor(readonly utf8: Uint8Array) {}
  is(text: string): boolean {
    return Buffer.from(text).equals(this.utf8);
  }
}
class Bytes {
  constructor(readonly bytes: Uint8Array) {}
}
class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}
class PickleList {
  readonly items: PickleValue[] = [];
}
class Mark {}
class Global {
  constructor(readonly name: string) {}
}

/** The only names that a pickle may mention. Each is a tag in this reader: nothing is looked up, called or imported. */
const GLOBALS = ['numpy.core.multiarray _reconstruct', 'numpy ndarray', 'numpy dtype', '_codecs encode'];

/** The opcodes of pickle protocol 2 that NumPy's object arrays of float arrays need, and no others. */
const Opcode = {
  PROTO: 0x80,
  STOP: 0x2e,
  GLOBAL: 0x63,
  BINPUT: 0x71,
  BINGET: 0x68,
  BININT: 0x4a,
  BININT1: 0x4b,
  BININT2: 0x4d,
  BINUNICODE: 0x58,
  NONE: 0x4e,
  NEWFALSE: 0x89,
  MARK: 0x28,
  TUPLE: 0x74,
  TUPLE1: 0x85,
  TUPLE2: 0x86,
  TUPLE3: 0x87,
  EMPTY_LIST: 0x5d,
  APPENDS: 0x65,
  REDUCE: 0x52,
  BUILD: 0x62,
} as const;

/**
 * Reads the pickle that stands in `bytes` from `start` to the end: the subset of protocol 2 that NumPy writes for an object
 * array of float64 arrays. Never executes anything; memory is bounded by a small multiple of the file's size.
 * @throws DataError naming any other opcode, global or construction, with its offset in the file
 */
export function readPickle(file: string, bytes: Uint8Array, start: number): PickleValue {
  return new PickleReader(file, bytes, start).read();
}

class PickleReader {
  private readonly view: DataView;
  private readonly stack: PickleValue[] = [];
  private readonly memo: PickleValue[] = [];
  private decoded = 0;
  /** Offset of the opcode being read, for messages. */
  private at: number;

  constructor(
    private readonly file: string,
    private readonly bytes: Uint8Array,
    private next: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = next;
  }

  read(): PickleValue {
    for (;;) {
      this.at = this.next;
      const opcode = this.take(1)[0];
      if (opcode === Opcode.STOP) break;
      this.step(opcode);
    }
    const value = this.pop();
    if (this.stack.length > 0) throw this.refuse('one value at the end of the pickle', `${this.stack.length + 1}`);
    if (this.next !== this.bytes.length) {
      throw this.refuse('the file to end with the pickle', `${this.bytes.length - this.next} bytes after it`);
    }
    return value;
  }

  private step(opcode: number): void {
    switch (opcode) {
      case Opcode.PROTO: {
        const [protocol] = this.take(1);
        if (protocol !== 2) throw this.refuse('pickle protocol 2', `protocol ${protocol}`);
        return;
      }
      case Opcode.GLOBAL:
        return this.push(this.global());
      case Opcode.BINPUT:
        this.memo[this.take(1)[0]] = this.peek();
        return;
      case Opcode.BINGET: {
        const [index] = this.take(1);
        if (this.memo[index] === undefined) throw this.refuse('a memo entry that was stored', `entry ${index}`);
        return this.push(this.memo[index]);
      }
      case Opcode.BININT:
        return this.push(this.view.getInt32(this.advance(4), true));
      case Opcode.BININT1:
        return this.push(this.take(1)[0]);
      case Opcode.BININT2:
        return this.push(this.view.getUint16(this.advance(2), true));
      case Opcode.BINUNICODE:
        return this.push(new Text(this.take(this.view.getUint32(this.advance(4), true))));
      case Opcode.NONE:
        return this.push(null);
      case Opcode.NEWFALSE:
        return this.push(false);
      case Opcode.MARK:
        return this.push(new Mark());
      case Opcode.TUPLE:
        return this.push(new PickleTuple(this.popToMark()));
      case Opcode.TUPLE1:
      case Opcode.TUPLE2:
      case Opcode.TUPLE3:
        return this.push(new PickleTuple(this.popMany(opcode - Opcode.TUPLE1 + 1)));
      case Opcode.EMPTY_LIST:
        return this.push(new PickleList());
      case Opcode.APPENDS:
        return this.append();
      case Opcode.REDUCE:
        return this.reduce();
      case Opcode.BUILD:
        return this.build();
      default:
        throw this.refuse(
          "only the pickle opcodes of NumPy's float arrays",
          `opcode 0x${opcode.toString(16).padStart(2, '0')}`,
        );
    }
  }

  private global(): Global {
    const name = `${this.line()} ${this.line()}`;
    if (!GLOBALS.includes(name)) {
      throw this.refuse(`only the pickle globals ${GLOBALS.map((global) => `'${global}'`).join(', ')}`, `'${name}'`);
    }
    return new Global(name);
  }

  /** Calls of the four allowed globals, by their meaning. */
  private reduce(): void {
    const [callee, args] = this.popMany(2);
    const items = args instanceof PickleTuple ? args.items : [];
    const name = callee instanceof Global ? callee.name : '';
    if (name === '_codecs encode' && isText(items[0]) && isText(items[1], 'latin1') && items.length === 2) {
      return this.push(new Bytes(this.latin1(items[0].utf8)));
    }
    if (name === 'numpy dtype' && isText(items[0]) && items[1] === 0 && items[2] === 1 && items.length === 3) {
      const code = ['f8', 'O8'].find((known) => isText(items[0], known));
      if (code) return this.push(new Dtype(code));
    }
    if (name === 'numpy.core.multiarray _reconstruct' && items.length === 3) {
      const [type, shape, code] = items;
      const plain = type instanceof Global && type.name === 'numpy ndarray' && shape instanceof PickleTuple;
      if (plain && code instanceof Bytes) return this.push(new NumpyArray());
    }
    throw this.refuse("only calls that NumPy's arrays need", `a call of '${name || 'no global'}' with other arguments`);
  }

  /** State of an array: (1, shape, dtype, Fortran order, content); of a dtype: (3, byteOrder, None, None, None, -1, -1, flags). */
  private build(): void {
    const state = this.pop();
    const target = this.peek();
    const items = state instanceof PickleTuple ? state.items : [];
    if (target instanceof Dtype && items.length === 8 && items[0] === 3) {
      const byteOrder = ['<', '|'].find((known) => isText(items[1], known));
      if (byteOrder && items.slice(2, 5).every((item) => item === null)) {
        target.byteOrder = byteOrder;
        return;
      }
    }
    if (target instanceof NumpyArray && items.length === 5 && items[0] === 1) {
      const [, shape, dtype, fortranOrder, content] = items;
      const sizes = toSizes(shape);
      if (sizes && dtype instanceof Dtype && fortranOrder === false) {
        if (content instanceof Bytes || content instanceof PickleList) {
          target.shape = sizes;
          target.dtype = dtype;
          target.content = content instanceof Bytes ? content.bytes : content.items;
          return;
        }
      }
    }
    throw this.refuse('only the state of a NumPy array or dtype', 'another state');
  }

  private append(): void {
    const items = this.popToMark();
    const list = this.peek();
    if (!(list instanceof PickleList)) throw this.refuse('a list to append to', 'another value');
    for (const item of items) list.items.push(item);
  }

  /** Python 2 style bytes: a text of the code points 0 to 255, stored in UTF-8. */
  private latin1(utf8: Uint8Array): Uint8Array {
    // A memo lets a few bytes of pickle ask for a long text again and again.
    this.decoded += utf8.length;
    if (this.decoded > this.bytes.length) throw this.refuse('no more array bytes than the file has', 'a repeated text');
    const out = new Uint8Array(utf8.length);
    let length = 0;
    for (let i = 0; i < utf8.length; i++) {
      const lead = utf8[i];
      if (lead < 0x80) out[length++] = lead;
      else if ((lead === 0xc2 || lead === 0xc3) && (utf8[i + 1] & 0xc0) === 0x80)
        out[length++] = (lead << 6) | (utf8[++i] & 0x3f);
      else throw this.refuse('a text of the characters 0 to 255', 'another text');
    }
    return out.subarray(0, length);
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.next);
    if (end < 0 || end - this.next > 100) throw this.refuse('the short name of a global', 'no end of line');
    const line = Buffer.from(this.take(end - this.next)).toString('latin1');
    this.next++;
    return line;
  }

  private take(count: number): Uint8Array {
    const from = this.advance(count);
    return this.bytes.subarray(from, from + count);
  }

  private advance(count: number): number {
    if (this.next + count > this.bytes.length) throw this.refuse('a complete pickle', 'the end of the file');
    this.next += count;
    return this.next - count;
  }

  private push(value: PickleValue): void {
    this.stack.push(value);
  }

  private peek(): PickleValue {
    if (this.stack.length === 0) throw this.refuse('a value on the pickle stack', 'an empty stack');
    return this.stack[this.stack.length - 1];
  }

  private pop(): PickleValue {
    const value = this.peek();
    this.stack.pop();
    return value;
  }

  private popMany(count: number): PickleValue[] {
    if (this.stack.length < count) throw this.refuse(`${count} values on the pickle stack`, `${this.stack.length}`);
    return this.stack.splice(this.stack.length - count);
  }

  private popToMark(): PickleValue[] {
    const mark = this.stack.findLastIndex((value) => value instanceof Mark);
    if (mark < 0) throw this.refuse('a mark on the pickle stack', 'none');
    return this.popMany(this.stack.length - mark).slice(1);
  }

  private refuse(expected: string, received: string): DataError {
    return new DataError(this.file, `expected ${expected} but received ${received} at byte ${this.at}`);
  }
}

function isText(value: PickleValue | undefined, text?: string): value is Text {
  return value instanceof Text && (text === undefined || value.is(text));
}

/** A tuple of array sizes, e.g. a shape; undefined for anything else. */
export function toSizes(value: PickleValue): number[] | undefined {
  if (!(value instanceof PickleTuple) || value.items.length > 8) return undefined;
  const sizes = value.items.filter((item) => typeof item === 'number' && item >= 0) as number[];
  return sizes.length === value.items.length ? sizes : undefined;
}
