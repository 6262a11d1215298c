import { BufferPool } from '../../../ts/tfjs/native/BufferPool';

test('gives an array of that length again', () => {
  const pool = new BufferPool();
  const [a, b] = [pool.take(10), pool.take(20)];
  expect([a.length, b.length]).toEqual([10, 20]);
  pool.giveBack(a);
  pool.giveBack(b);
  expect(pool.take(20)).toBe(b);
  expect(pool.take(10)).toBe(a);
  expect(pool.take(10)).not.toBe(a);
});

test('counts the bytes', () => {
  const pool = new BufferPool();
  const [a, b] = [pool.take(10), pool.take(20)];
  expect(pool.memory()).toEqual({ bytesInUse: 120, bytesFree: 0 });
  pool.giveBack(a);
  expect(pool.memory()).toEqual({ bytesInUse: 80, bytesFree: 40 });
  pool.forget(b);
  expect(pool.memory()).toEqual({ bytesInUse: 0, bytesFree: 40 });
});

test('keeps nothing once cleared, and goes on', () => {
  const pool = new BufferPool();
  const [a, b] = [pool.take(10), pool.take(20)];
  pool.giveBack(a);
  pool.clear();
  expect(pool.memory()).toEqual({ bytesInUse: 80, bytesFree: 0 });
  // Freed at once, not when the collector comes.
  expect([a.length, b.length]).toEqual([0, 20]);
  pool.giveBack(b);
  expect(pool.take(20)).toBe(b);
  expect(pool.take(10)).not.toBe(a);
});

test('a shorter array is the beginning of the shortest free one that is long enough, and goes back as a whole', () => {
  const pool = new BufferPool();
  const [a, b] = [pool.take(40), pool.take(30)];
  pool.giveBack(a);
  pool.giveBack(b);
  const part = pool.take(20);
  expect([part.length, part.buffer]).toEqual([20, b.buffer]);
  expect(pool.memory()).toEqual({ bytesInUse: 120, bytesFree: 160 });
  pool.giveBack(part);
  expect(pool.memory()).toEqual({ bytesInUse: 0, bytesFree: 280 });
  expect(pool.take(30).buffer).toBe(b.buffer);
  // Not of one that is more than four times as long.
  expect(pool.take(9).buffer).not.toBe(a.buffer);
  expect(pool.take(10).buffer).toBe(a.buffer);
});

test('what somebody else may hold is all of its buffer', () => {
  const pool = new BufferPool();
  const whole = pool.take(20);
  whole.fill(7);
  pool.giveBack(whole);
  const part = pool.take(10);
  const held = pool.forget(part);
  expect([held.length, held.buffer.byteLength, held[9]]).toEqual([10, 40, 7]);
  expect(pool.memory()).toEqual({ bytesInUse: 0, bytesFree: 80 });
  const again = pool.take(20);
  expect(pool.forget(again)).toBe(again);
  expect(pool.memory()).toEqual({ bytesInUse: 0, bytesFree: 0 });
});

test('holds little more than was ever in use at once, and lets go of what was unused for longest', () => {
  const pool = new BufferPool();
  const first = Array.from({ length: 4 }, () => pool.take(10));
  first.forEach((array) => pool.giveBack(array));
  for (const length of [41, 42, 43]) pool.giveBack(pool.take(length));
  const { bytesInUse, bytesFree } = pool.memory();
  expect(bytesInUse + bytesFree).toBeLessThanOrEqual(1.25 * 43 * 4);
  const last = pool.take(43);
  pool.giveBack(last);
  expect(pool.take(43)).toBe(last);
  expect(first).not.toContain(pool.take(10));
});

test('keeps to that bound while arrays are handed out', () => {
  const pool = new BufferPool();
  const batch = (length: number) => {
    const arrays = Array.from({ length: 10 }, () => pool.take(length));
    const { bytesInUse, bytesFree } = pool.memory();
    arrays.forEach((array) => pool.giveBack(array));
    return bytesInUse + bytesFree;
  };
  const full = batch(100);
  for (const length of [47, 100, 3, 100]) expect(batch(length)).toBeLessThanOrEqual(1.25 * full);
});
