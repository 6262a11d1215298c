import { loadBinding } from '../../native/loadBinding';

/** A free array serves lengths down to this share of its own, so that a batch of fewer windows, such as an epoch's last, runs in the memory of a full one. */
const LEAST_SHARE = 1 / 4;

/** Lengths take turns within a step: what they need in all is a little more than what is in use at any one time. */
const SLACK = 1.25;

/**
 * Float32Arrays for reuse: a training step allocates and frees the same sizes again and again, and fresh memory costs more than the arithmetic of an elementwise
 * op. In use and free together are at most SLACK times as many bytes as were ever in use at once; beyond that the lengths unused for longest are dropped.
 */
export class BufferPool {
  /** By length, none empty, in order of last use, the longest unused first. */
  private readonly free = new Map<number, Float32Array[]>();
  private bytesInUse = 0;
  private bytesFree = 0;
  private peakBytesInUse = 0;

  /** An array of that length with arbitrary content; it may be the beginning of a longer one. */
  take(length: number): Float32Array {
    const reused = this.takeFree(length);
    const array = reused ?? new Float32Array(length);
    this.bytesInUse += array.byteLength;
    this.peakBytesInUse = Math.max(this.peakBytesInUse, this.bytesInUse);
    if (!reused) this.trim();
    return array.length === length ? array : array.subarray(0, length);
  }

  /** Back from its user, who keeps no reference. */
  giveBack(array: Float32Array): void {
    const whole = isWhole(array) ? array : new Float32Array(array.buffer);
    this.bytesInUse -= whole.byteLength;
    this.bytesFree += whole.byteLength;
    const sameLength = this.free.get(whole.length) ?? [];
    sameLength.push(whole);
    this.free.delete(whole.length);
    this.free.set(whole.length, sameLength);
  }

  /**
   * Not to be reused, because somebody may hold it from now on.
   * @returns what is to be held: the array, or a copy where it is the beginning of a longer one, for whose owner its `buffer` would be a surprise
   */
  forget(array: Float32Array): Float32Array {
    if (isWhole(array)) {
      this.bytesInUse -= array.byteLength;
      return array;
    }
    const copy = array.slice();
    this.giveBack(array);
    return copy;
  }

  /** Keeps nothing for reuse any more, until it is used again. */
  clear(): void {
    for (const [length, arrays] of this.free) {
      for (let left = arrays.length; left > 0; left--) this.drop(length);
    }
    this.peakBytesInUse = this.bytesInUse;
  }

  /** Bytes handed out and bytes kept for reuse. */
  memory(): { bytesInUse: number; bytesFree: number } {
    return { bytesInUse: this.bytesInUse, bytesFree: this.bytesFree };
  }

  /** The shortest free array that is long enough, and not too long. */
  private takeFree(length: number): Float32Array | undefined {
    let best = this.free.has(length) ? length : Infinity;
    if (best > length) {
      for (const other of this.free.keys()) {
        if (other > length && other < best && length >= LEAST_SHARE * other) best = other;
      }
    }
    return best < Infinity ? this.popFree(best) : undefined;
  }

  private popFree(length: number): Float32Array {
    const arrays = this.free.get(length)!;
    const array = arrays.pop()!;
    if (arrays.length === 0) this.free.delete(length);
    this.bytesFree -= array.byteLength;
    return array;
  }

  /** Its memory is free at once: the collector might come after the next large allocation. */
  private drop(length: number): void {
    loadBinding().freeMemory(this.popFree(length));
  }

  private trim(): void {
    for (const [length, arrays] of this.free) {
      for (let left = arrays.length; left > 0; left--) {
        if (this.bytesInUse + this.bytesFree <= SLACK * this.peakBytesInUse) return;
        this.drop(length);
      }
    }
  }
}

function isWhole(array: Float32Array): boolean {
  return array.byteLength === array.buffer.byteLength;
}
