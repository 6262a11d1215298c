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

test('keeps no more than was ever in use at once, and lets go of what was unused for longest', () => {
  const pool = new BufferPool();
  const first = [pool.take(10), pool.take(10)];
  first.forEach((array) => pool.giveBack(array));
  for (const length of [11, 12, 13]) pool.giveBack(pool.take(length));
  expect(pool.memory().bytesFree).toBeLessThanOrEqual(80);
  const last = pool.take(13);
  pool.giveBack(last);
  expect(pool.take(13)).toBe(last);
  expect(first).not.toContain(pool.take(10));
});
