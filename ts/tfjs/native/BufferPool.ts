/**
 * Float32Arrays for reuse, by length: a training step allocates and frees the same sizes again and again, and fresh memory costs more than the
 * arithmetic of an elementwise op. Keeps at most as many free bytes as were ever in use at once, dropping the lengths unused for longest.
 */
export class BufferPool {
  /** In order of last use, the longest unused first. */
  private readonly free = new Map<number, Float32Array[]>();
  private bytesInUse = 0;
  private bytesFree = 0;
  private peakBytesInUse = 0;

  /** An array of that length with arbitrary content. */
  take(length: number): Float32Array {
    this.bytesInUse += length * Float32Array.BYTES_PER_ELEMENT;
    this.peakBytesInUse = Math.max(this.peakBytesInUse, this.bytesInUse);
    const array = this.free.get(length)?.pop();
    if (!array) return new Float32Array(length);
    this.bytesFree -= array.byteLength;
    return array;
  }

  /** Back from its user, who keeps no reference. */
  giveBack(array: Float32Array): void {
    this.forget(array);
    const sameLength = this.free.get(array.length) ?? [];
    sameLength.push(array);
    this.free.delete(array.length);
    this.free.set(array.length, sameLength);
    this.bytesFree += array.byteLength;
    this.trim();
  }

  /** Not to be reused, because somebody may still hold it. */
  forget(array: Float32Array): void {
    this.bytesInUse -= array.byteLength;
  }

  /** Bytes handed out and bytes kept for reuse. */
  memory(): { bytesInUse: number; bytesFree: number } {
    return { bytesInUse: this.bytesInUse, bytesFree: this.bytesFree };
  }

  private trim(): void {
    for (const [length, arrays] of this.free) {
      while (this.bytesFree > this.peakBytesInUse && arrays.length > 0) this.bytesFree -= arrays.pop()!.byteLength;
      if (arrays.length > 0) return;
      this.free.delete(length);
    }
  }
}
