import fc from 'fast-check';
import {
  dbaBarycenter,
  dtw,
  dtwPath,
  softBarycenter,
  softDtw,
  softDtwGradient,
  type Batch,
  type Series,
} from '../../ts/index';

/** The case that tslearn has solved: three series of 6, 8 and 7 points of two channels. */
const series = [6, 8, 7].map((length, i) => ({
  data: Float64Array.from({ length: 2 * length }, (_, k) => {
    const t = k >> 1;
    return k % 2 === 0 ? Math.sin(0.7 * t + i) + 0.1 * i : Math.cos(0.5 * t * (i + 1));
  }),
  channels: 2,
}));
const init = { data: Float64Array.from({ length: 14 }, (_, k) => (k % 2 ? 0.5 : Math.sin(0.35 * k))), channels: 2 };
const weights = [1, 2, 0.5];

function expectAll(actual: { data: ArrayLike<number>; channels: number }, expected: number[], digits: number): void {
  expect(actual.channels).toBe(2);
  expect(actual.data).toHaveLength(expected.length);
  expected.forEach((value, k) => expect(actual.data[k]).toBeCloseTo(value, digits));
}

describe('dbaBarycenter', () => {
  test('is that of tslearn 0.10.0: dtw_barycenter_averaging(X, init_barycenter=init, weights=weights, tol=0)', () => {
    const expected = [
      0.684846305, 0.972796125, 1.06383659, 0.605973405, 1.06383659, 0.605973405, 0.779378762, -0.207482249,
      0.168679693, -0.826036594, -0.481039304, -0.632522502, -0.566223914, 0.39907806,
    ];
    expectAll(dbaBarycenter(series, { init, weights, tolerance: 0 }), expected, 8);
  });

  test('in a Sakoe-Chiba band of radius 1 it is that of tslearn 0.10.0', () => {
    const expected = [
      0.684846305, 0.972796125, 1.06383659, 0.605973405, 0.994991226, 0.473221577, 0.681818622, -0.359015063,
      0.0882888341, -0.71472278, -0.630068619, -0.147950614,
    ];
    const first6 = ({ data }: { data: Float64Array }) => ({ data: data.slice(0, 12), channels: 2 });
    const options = { init: first6(init), weights, tolerance: 0, sakoeChibaRadius: 1 };
    expectAll(dbaBarycenter(series.map(first6), options), expected, 8);
  });

  test('the inertia never rises, and at the end each point is the mean of those matched with it', () => {
    fc.assert(
      fc.property(batches, fc.option(fc.constantFrom(0, 1, 3), { nil: undefined }), (X, sakoeChibaRadius) => {
        const options = sakoeChibaRadius === undefined ? {} : { sakoeChibaRadius };
        const inertia = (z: Series<Float64Array>) => X.reduce((sum, x) => sum + dtw(z, x, options), 0);
        let before = Infinity;
        for (const maxIterations of [0, 1, 2, 5, 100]) {
          const now = inertia(dbaBarycenter(X, { ...options, maxIterations, tolerance: 0 }));
          expect(now).toBeLessThanOrEqual(before * (1 + 1e-12) + 1e-12);
          before = now;
        }
        const z = dbaBarycenter(X, { ...options, maxIterations: 1000, tolerance: 0 });
        const sums = Array.from(z.data, () => [0, 0]);
        for (const x of X) {
          const { path } = dtwPath(z, x, options);
          for (let k = 0; k < path.length; k += 2) {
            sums[path[k]][0] += x[path[k + 1]];
            sums[path[k]][1]++;
          }
        }
        const moved = { data: Float64Array.from(sums, ([sum, count]) => sum / count), channels: 1 };
        expect(inertia(moved)).toBeGreaterThanOrEqual(inertia(z) * (1 - 1e-9) - 1e-9);
      }),
      { numRuns: 60 },
    );
  });
});

describe('softBarycenter', () => {
  test('is that of tslearn 0.10.0: softdtw_barycenter(X, gamma=0.5, init=init, weights=weights, tol=1e-14)', () => {
    const expected = [
      0.732295412, 0.920817935, 0.945869879, 0.661905992, 0.887968327, 0.178243562, 0.524830681, -0.445000412,
      -0.00549184489, -0.75712949, -0.457885741, -0.494117949, -0.549212566, 0.368708163,
    ];
    expectAll(softBarycenter(series, { gamma: 0.5, init, weights, tolerance: 0, maxIterations: 1000 }), expected, 6);
  });

  test('starts, like that of tslearn 0.10.0, from the mean of the series stretched to the longest', () => {
    const expected = [
      0.696454481, 1.0, 0.85474221, 0.598545171, 0.688907412, -0.12649235, 0.303598822, -0.508323439, -0.140085946,
      -0.292555973, -0.442930318, 0.214936975, -0.467475778, 0.422191976, -0.240023217, 0.0717416463,
    ];
    expectAll(softBarycenter(series, { weights, maxIterations: 0 }), expected, 8);
  });

  test('the gradient vanishes at the result, from any start', () => {
    fc.assert(
      fc.property(batches, fc.constantFrom(0.1, 1, 10), (X, gamma) => {
        const z = softBarycenter(X, { gamma, tolerance: 0, maxIterations: 2000 });
        const copies = X.map(() => z);
        const { x } = softDtwGradient<Float64Array, 'x'>(copies, X, { gamma, wrt: ['x'] });
        const gradient = Array.from(z.data, (_, k) => X.reduce((sum, __, i) => sum + x[i * z.data.length + k], 0));
        expect(Math.max(...gradient.map(Math.abs)) / X.length).toBeLessThan(1e-3);
      }),
      { numRuns: 40 },
    );
  });

  test('float32 finds what float64 finds', () => {
    const single = series.map(({ data }) => ({ data: Float32Array.from(data), channels: 2 }));
    const options = { gamma: 0.5, maxIterations: 1000 };
    const [a, b] = [softBarycenter(single, options), softBarycenter(series, { ...options, tolerance: 1e-12 })];
    expect(a.data).toBeInstanceOf(Float32Array);
    expectAll(a, Array.from(b.data), 2);
  });

  test('is lower than the start and than every series', () => {
    const objective = (z: Series<Float64Array>) =>
      series.reduce((sum, x, i) => sum + weights[i] * softDtw(z, x, { gamma: 0.3 }), 0);
    const found = objective(softBarycenter(series, { gamma: 0.3, weights }));
    for (const z of [softBarycenter(series, { weights, maxIterations: 0 }), init, ...series])
      expect(found).toBeLessThan(objective(z));
  });
});

describe.each([
  ['softBarycenter', softBarycenter],
  ['dbaBarycenter', dbaBarycenter],
] as const)('%s', (_name, barycenter) => {
  const run = (X: Batch<Float64Array>, options: object) => barycenter(X, options);

  test('of one series is a series at no distance from it', () => {
    const z = dbaBarycenter([series[1]]);
    expect(dtw(z, series[1])).toBeCloseTo(0, 12);
  });

  test('a weight of 0 leaves a series out, even one of NaN; only ratios matter', () => {
    const spoilt = [...series, { data: Float64Array.of(NaN, NaN), channels: 2 }];
    expect(run(spoilt, { init, weights: [2, 4, 1, 0] })).toEqual(run(series, { init, weights }));
  });

  test('padding is not read', () => {
    const data = new Float64Array(3 * 9 * 2).fill(NaN);
    series.forEach((each, i) => data.set(each.data, i * 18));
    expect(run({ data, shape: [3, 9, 2], lengths: [6, 8, 7] }, { weights })).toEqual(run(series, { weights }));
  });

  test('NaN in, NaN out', () => {
    const z = run([...series, { data: Float64Array.of(NaN, 0), channels: 2 }], { init });
    expect(Array.from(z.data)).toEqual(new Array(14).fill(NaN));
  });

  test('a start without a path to a series is an error that says so', () => {
    expect(() => run(series, { init, stepPattern: 'stayOrAdvance' })).toThrow(
      'expected a series with a warping path to the barycenter for `X[0]` but received Infinity',
    );
  });
});

/** Lists of one-channel series of unequal lengths. */
const batches = fc.array(
  fc
    .array(fc.integer({ min: -400, max: 400 }), { minLength: 2, maxLength: 8 })
    .map((each) => Float64Array.from(each, (v) => v / 100)),
  { minLength: 1, maxLength: 5 },
);
