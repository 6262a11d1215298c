import fc from 'fast-check';
import { fitScaler, makeWindows, makeWindowsFromStart, type Padding, type Scaler, type Series } from '../../ts/data';

const none = { kind: 'none' } as const;
const file = { kind: 'file' } as const;

function series(name: string, rows: number[][], extra: Partial<Series> = {}): Series {
  return { name, length: rows.length, channels: rows[0].length, data: Float64Array.from(rows.flat()), ...extra };
}
const ramp = (length: number) => Array.from({ length }, (_, t) => [t + 1]);

/** The reference's preparation of one series, row by row, with nested arrays. */
function slowly(one: Series, splitSize: number, padding: Padding) {
  const rows = Array.from({ length: one.length }, (_, t) =>
    Array.from(one.data.slice(t * one.channels, (t + 1) * one.channels)),
  );
  for (let c = 0; c < one.channels; c++) {
    const column = rows.map((row) => row[c]);
    const mean = column.reduce((a, b) => a + b) / column.length;
    const deviation = Math.sqrt(column.reduce((a, b) => a + (b - mean) ** 2, 0) / column.length);
    const constant = column.every((value) => value === column[0]);
    rows.forEach((row) => (row[c] = constant ? 0 : (row[c] - mean) / deviation));
  }
  const labels = Array.from(one.pointLabel!);
  const real = rows.map(() => 1);
  for (let added = splitSize - (one.length % splitSize); added > 0; added--) {
    rows.unshift(new Array(one.channels).fill(0));
    labels.unshift(0);
    real.unshift(0);
  }
  const windows = [];
  for (let t = 0; t < rows.length; t += splitSize) {
    const length = real.slice(t, t + splitSize).reduce((a, b) => a + b);
    if (padding === 'masked' && length === 0) continue;
    const label = labels.slice(t, t + splitSize);
    windows.push({ rows: rows.slice(t, t + splitSize), label, weak: Math.max(...label), length });
  }
  return windows;
}

const anySeries = fc
  .record({ length: fc.integer({ min: 1, max: 40 }), channels: fc.constant(2), constant: fc.boolean() })
  .chain(({ length, channels, constant }) =>
    fc.record({
      data: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: length * channels, maxLength: length * channels }),
      labels: fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: length, maxLength: length }),
      length: fc.constant(length),
      constant: fc.constant(constant),
    }),
  )
  .map(({ data, labels, length, constant }): Series => ({
    name: `of ${length}`,
    length,
    channels: 2,
    data: Float64Array.from(data, (value, i) => (constant && i % 2 === 1 ? 0.1 : value)),
    pointLabel: Uint8Array.from(labels),
  }));

describe('1. padding and cutting', () => {
  test('as the reference prepares its data, against the slow way', () => {
    const many = fc.array(anySeries, { minLength: 1, maxLength: 4 });
    const padding = fc.constantFrom<Padding>('reference', 'masked');
    fc.assert(
      fc.property(many, fc.integer({ min: 1, max: 12 }), padding, (all, splitSize, mode) => {
        const windows = makeWindows(all, splitSize, { padding: mode, scaler: file });
        const expected = all.flatMap((one) => slowly(one, splitSize, mode));
        expect(windows.shape).toEqual([expected.length, splitSize, 2]);
        expect(Array.from(windows.lengths)).toEqual(expected.map(({ length }) => length));
        expect(Array.from(windows.weakLabel!)).toEqual(expected.map(({ weak }) => weak));
        expect(Array.from(windows.denseLabel!)).toEqual(expected.flatMap(({ label }) => label));
        const values = expected.flatMap(({ rows }) => rows.flat());
        expect(windows.data).toHaveLength(values.length);
        const errors = values.map((value, i) => Math.abs(value - windows.data[i]));
        expect(Math.max(...errors)).toBeLessThan(1e-5);
      }),
      { numRuns: 200 },
    );
  });

  test('a length that divides evenly gets a full extra block, which masked drops', () => {
    const one = series('a', ramp(4));
    const reference = makeWindows([one], 2, { padding: 'reference', scaler: none });
    expect(Array.from(reference.data)).toEqual([0, 0, 1, 2, 3, 4]);
    expect(Array.from(reference.lengths)).toEqual([0, 2, 2]);
    const masked = makeWindows([one], 2, { padding: 'masked', scaler: none });
    expect(Array.from(masked.data)).toEqual([1, 2, 3, 4]);
    expect(Array.from(masked.lengths)).toEqual([2, 2]);
  });

  test('a series shorter than a window is padded in front', () => {
    const windows = makeWindows([series('a', ramp(3))], 5, { padding: 'masked', scaler: none });
    expect(Array.from(windows.data)).toEqual([0, 0, 1, 2, 3]);
    expect(Array.from(windows.lengths)).toEqual([3]);
  });

  test('names the series of each window', () => {
    const windows = makeWindows([series('a', ramp(3)), series('b', ramp(1))], 2, { padding: 'masked', scaler: none });
    expect(windows.names).toEqual(['a', 'a', 'b']);
  });
});

describe('from the first row on', () => {
  const from = (...given: Series[]) => makeWindowsFromStart(given, 3, none);

  test('only the last window of a series is padded, in front; its labels go with the rows', () => {
    const pointLabel = Uint8Array.of(0, 0, 1, 0, 1);
    const { data, weakLabel, denseLabel, lengths, names } = from(
      series('a', ramp(5), { pointLabel }),
      series('b', ramp(3), { pointLabel: Uint8Array.of(0, 0, 0) }),
      series('c', ramp(1), { pointLabel: Uint8Array.of(1) }),
    );
    expect(Array.from(data)).toEqual([1, 2, 3, 0, 4, 5, 1, 2, 3, 0, 0, 1]);
    expect(Array.from(denseLabel!)).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
    expect(Array.from(weakLabel!)).toEqual([1, 1, 0, 1]);
    expect(Array.from(lengths)).toEqual([3, 2, 3, 1]);
    expect(names).toEqual(['a', 'a', 'b', 'c']);
  });

  test('a length that divides evenly gives the windows of masked padding', () => {
    const all = [series('a', ramp(6)), series('b', ramp(3))];
    expect(from(...all)).toEqual(makeWindows(all, 3, { padding: 'masked', scaler: none }));
  });

  test('weak labels count where both cut alike; otherwise point labels, or none', () => {
    const windowLabel = Uint8Array.of(1, 0);
    expect(Array.from(from(series('a', ramp(6), { windowLabel })).weakLabel!)).toEqual([1, 0]);
    const pointLabel = Uint8Array.of(0, 0, 0, 0, 1);
    expect(Array.from(from(series('a', ramp(5), { windowLabel, pointLabel })).weakLabel!)).toEqual([0, 1]);
    expect(() => from(series('a', ramp(5), { windowLabel }))).toThrow(
      'a: expected point labels or a multiple of 3 rows but received weak labels of windows counted from the end of 5 rows',
    );
    expect(from(series('a', ramp(5))).weakLabel).toBeUndefined();
  });
});

describe('2. labels', () => {
  const options = { padding: 'masked', scaler: none } as const;

  test('none at all is fine', () => {
    const windows = makeWindows([series('a', ramp(3))], 2, options);
    expect(windows.weakLabel).toBeUndefined();
    expect(windows.denseLabel).toBeUndefined();
  });

  test('weak labels alone; they count from the first window with a real point, in both paddings', () => {
    const one = series('a', ramp(4), { windowLabel: Uint8Array.of(1, 0) });
    expect(Array.from(makeWindows([one], 2, options).weakLabel!)).toEqual([1, 0]);
    const reference = makeWindows([one], 2, { padding: 'reference', scaler: none });
    expect(Array.from(reference.weakLabel!)).toEqual([0, 1, 0]);
    expect(reference.denseLabel).toBeUndefined();
  });

  test('weak labels win over point labels', () => {
    const one = series('a', ramp(4), { windowLabel: Uint8Array.of(1, 0), pointLabel: Uint8Array.of(0, 0, 0, 1) });
    const { weakLabel, denseLabel } = makeWindows([one], 2, options);
    expect(Array.from(weakLabel!)).toEqual([1, 0]);
    expect(Array.from(denseLabel!)).toEqual([0, 0, 0, 1]);
  });

  test('training windows are the same with and without point labels, given the weak ones', () => {
    const pointLabel = Uint8Array.of(0, 1, 0, 0);
    const withPoints = makeWindows([series('a', ramp(4), { pointLabel })], 2, options);
    const windowLabel = withPoints.weakLabel;
    const without = makeWindows([series('a', ramp(4), { windowLabel })], 2, options);
    expect({ ...without, denseLabel: null }).toEqual({ ...withPoints, denseLabel: null });
  });

  test('ready windows are not padded', () => {
    const one = series('a', ramp(4), { windowLength: 2, windowLabel: Uint8Array.of(0, 1) });
    const windows = makeWindows([one], 2, { padding: 'reference', scaler: none });
    expect(Array.from(windows.data)).toEqual([1, 2, 3, 4]);
    expect(Array.from(windows.weakLabel!)).toEqual([0, 1]);
  });
});

describe('3. scalers', () => {
  test('train: population figures over all rows of all series, then used on others', () => {
    const scaler = fitScaler([
      series('a', [
        [1, 5],
        [3, 5],
      ]),
      series('b', [
        [5, 5],
        [7, 5],
      ]),
    ]);
    expect(scaler).toEqual({ kind: 'train', mean: [4, 5], standardDeviation: [Math.sqrt(5), 1] });
    const { data } = makeWindows([series('c', [[4, 6]])], 1, { padding: 'masked', scaler });
    expect(Array.from(data)).toEqual([0, 1]);
  });

  test('a constant channel is only centred, however its mean rounds', () => {
    const rows = Array.from({ length: 1000 }, () => [0.1]);
    const { data } = makeWindows([series('a', rows)], 10, { padding: 'masked', scaler: file });
    expect(data.every((value) => value === 0)).toBe(true);
    expect(fitScaler([series('a', rows)])).toMatchObject({ mean: [0.1], standardDeviation: [1] });
  });

  test('two constant files of different value make no constant channel', () => {
    const scaler = fitScaler([series('a', [[1], [1]]), series('b', [[3], [3]])]);
    expect(scaler).toMatchObject({ mean: [2], standardDeviation: [1] });
  });
});

describe('4. refusals', () => {
  const make =
    (all: Series[], splitSize = 2, scaler: Scaler = none) =>
    () =>
      makeWindows(all, splitSize, { padding: 'masked', scaler });
  const labelled = { pointLabel: Uint8Array.of(0, 1) };

  test.each([
    [make([series('a', ramp(2))], 0), 'expected an integer >= 1 for `splitSize` but received 0'],
    [make([series('a', ramp(2))], 2.5), 'expected an integer >= 1 for `splitSize` but received 2.5'],
    [make([]), 'expected at least one series for `series` but received []'],
    [make([{ ...series('a', ramp(2)), length: 3 }]), 'a: expected 3 rows of 1 values but received 2 values'],
    [
      make([{ ...series('a', ramp(1)), length: 0, data: new Float64Array() }]),
      'a: expected at least one row but received none',
    ],
    [make([series('a', ramp(2)), series('b', [[1, 2]])]), 'b: expected 1 channels, as in a, but received 2'],
    [
      make([series('a', ramp(2), { channelNames: ['x'] }), series('b', ramp(2), { channelNames: ['y'] })]),
      'b: expected the columns of a (x) but received y',
    ],
    [
      make([series('a', ramp(3), { windowLength: 3 })]),
      'a: expected windows of 2 time steps (the split size) but received 3',
    ],
    [
      make([series('a', ramp(3), { windowLabel: Uint8Array.of(1) })]),
      'a: expected 2 weak labels, one per window of 2 time steps, but received 1',
    ],
    [
      make([series('a', ramp(2), labelled), series('b', ramp(2))]),
      'b: expected point labels, since a has them, but received none',
    ],
    [
      make([series('a', ramp(2)), series('b', ramp(2), labelled)]),
      'a: expected point labels, since b has them, but received none',
    ],
    [
      make([series('a', ramp(2)), series('b', ramp(2), { windowLabel: Uint8Array.of(1) })]),
      'a: expected weak labels, since b has them, but received none',
    ],
    [
      make([series('a', [[1], [NaN]])]),
      'a: expected values that are finite in float32 once scaled but received NaN at row 1, channel 0',
    ],
    [
      make([
        series('a', [
          [1, 1],
          [1, 1e39],
        ]),
      ]),
      'but received 1e+39 at row 1, channel 1',
    ],
    [make([series('a', [[1e200], [-1e200]])], 2, file), 'but received 1e+200 at row 0, channel 0'],
    [
      make([series('a', ramp(2))], 2, { kind: 'train', mean: [0, 0], standardDeviation: [1, 1] }),
      'expected 1 channels, as in a, for `scaler.mean` but received [0, 0]',
    ],
  ])('%#', (call, message) => {
    expect(call).toThrow(message);
  });
});
