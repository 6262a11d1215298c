import { dtw, dtwPath, softDtw, softDtwGradient } from '../../ts/index';

const x = Float64Array.from([0, 1, 2, 2, 1]);
const y = Float64Array.from([0, 2, 2, 1, 0, 1]);

test('dtw of two series by hand', () => {
  // 0-0, 1-2, 2-2, 2-2, 1-1, 1-0, 1-1: one step of 1 on the way up, one on the way down.
  expect(dtw(x, y)).toBe(2);
  expect(dtw(x, y, { root: true })).toBe(Math.sqrt(2));
  expect(dtw(x, x)).toBe(0);
});

test('a path has the cost of its value and joins the ends', () => {
  const { value, path } = dtwPath(x, y);
  let sum = 0;
  for (let k = 0; k < path.length; k += 2) sum += (x[path[k]] - y[path[k + 1]]) ** 2;
  expect(sum).toBe(value);
  expect(Array.from(path.slice(0, 2))).toEqual([0, 0]);
  expect(Array.from(path.slice(-2))).toEqual([4, 5]);
  expect(dtwPath(x, y, { root: true }).value).toBe(Math.sqrt(value));
});

test('ties take the diagonal, then stay on x', () => {
  const flat = (length: number) => new Float32Array(length);
  expect(Array.from(dtwPath(flat(2), flat(4)).path)).toEqual([0, 0, 0, 1, 0, 2, 1, 3]);
  expect(Array.from(dtwPath(flat(3), flat(3)).path)).toEqual([0, 0, 1, 1, 2, 2]);
});

test('no admissible path: +Infinity, an empty path, gradients of 0', () => {
  expect(dtw(y, x, { stepPattern: 'stayOrAdvance' })).toBe(Infinity);
  expect(softDtw(y, x, { stepPattern: 'stayOrAdvance' })).toBe(Infinity);
  expect(dtwPath(y, x, { stepPattern: 'stayOrAdvance' })).toEqual({ value: Infinity, path: new Int32Array(0) });
  const gradient = softDtwGradient([y], [x], { stepPattern: 'stayOrAdvance', wrt: ['x', 'y', 'cost'] });
  expect(gradient.x).toEqual(new Float64Array(6));
  expect(gradient.y).toEqual(new Float64Array(5));
  expect(gradient.cost).toEqual(new Float64Array(30));
});

test('soft-DTW tends to the hard value as gamma falls, is below it, and 0 is the limit', () => {
  const values = [1, 0.1, 0.01, 0.001].map((gamma) => softDtw(x, y, { gamma }));
  values.forEach((value, index) => expect(value).toBeLessThan(index + 1 < values.length ? values[index + 1] : 2));
  expect(values[3]).toBeCloseTo(2, 2);
  expect(softDtw(x, y, { gamma: 0 })).toBe(2);
});

test('one series, a list and a dense batch are the same numbers', () => {
  const a = { data: Float32Array.from([1, 2, 3, 4, 5, 6]), channels: 2 };
  const b = { data: Float32Array.from([2, 1, 0, 3, 5, 5, 7, 8]), channels: 2 };
  const alone = softDtw(a, b);
  const list = softDtw([a, a], [b, b]);
  const dense = softDtw(
    { data: Float32Array.from([...a.data, ...a.data]), shape: [2, 3, 2] },
    { data: Float32Array.from([...b.data, ...b.data]), shape: [2, 4, 2] },
  );
  expect(list).toBeInstanceOf(Float32Array);
  expect(Array.from(list)).toEqual([alone, alone]);
  expect(dense).toEqual(list);
  expect(dtw([a], [b])[0]).toBe(dtw(a, b));
});

test('NaN in a pair is NaN in its results and nowhere else', () => {
  const poisoned = Float32Array.from([1, NaN, 3]);
  const clean = Float32Array.from([1, 2, 3]);
  const gradient = softDtwGradient([clean, poisoned], [clean, clean], { wrt: ['x', 'cost'] });
  expect(Array.from(gradient.value).map(Number.isNaN)).toEqual([false, true]);
  expect(gradient.cost.subarray(0, 9).some(Number.isNaN)).toBe(false);
  expect(gradient.cost.subarray(9).every(Number.isNaN)).toBe(true);
  expect(dtw(poisoned, clean)).toBeNaN();
  expect(dtwPath(poisoned, clean).path).toHaveLength(0);
});

test('the gradient asked for is the gradient given', () => {
  expect(Object.keys(softDtwGradient([x], [y], { wrt: ['y'] })).sort()).toEqual(['value', 'y']);
  expect(Object.keys(softDtwGradient([x], [y], { wrt: ['cost'] })).sort()).toEqual(['cost', 'value']);
});
