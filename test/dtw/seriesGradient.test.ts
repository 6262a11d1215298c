import { softDtw, softDtwGradient, type CostKind, type SoftDtwOptions, type StepPattern } from '../../ts/index';

const kinds: CostKind[] = ['squaredEuclidean', 'euclidean', 'absolute', 'cosine'];
const patterns: StepPattern[] = ['symmetric1', 'stayOrAdvance'];
const shapes = { x: [2, 4, 3], y: [2, 6, 3] } as const;

/** Distinct, irregular numbers: no ties, no point at which a cost has no derivative. */
function wave(length: number, phase: number): Float64Array {
  return Float64Array.from({ length }, (_, k) => Math.sin(1.7 * k + phase) + 0.3 * Math.cos(0.9 * k * k + phase));
}

const x = wave(24, 0.2);
const y = wave(36, 1.1);

describe.each(kinds)('%s', (cost) => {
  describe.each(patterns)('%s', (stepPattern) => {
    test.each([0.1, 1, 5])('gradients are the numeric ones, gamma %d', (gamma) => {
      const options: SoftDtwOptions = { cost, stepPattern, gamma };
      const batch = { x: { data: x, shape: shapes.x }, y: { data: y, shape: shapes.y } };
      const gradient = softDtwGradient(batch.x, batch.y, { ...options, wrt: ['x', 'y', 'cost'] });
      const total = () => softDtw(batch.x, batch.y, options).reduce((sum, value) => sum + value, 0);
      expect(gradient.value).toEqual(softDtw(batch.x, batch.y, options));
      expect(gradient.cost).toHaveLength(2 * 4 * 6);
      for (const name of ['x', 'y'] as const) {
        const numeric = numericGradient(batch[name].data, total);
        const errors = numeric.map((expected, index) => Math.abs(gradient[name][index] - expected));
        expect(Math.max(...errors)).toBeLessThan(2e-7);
      }
    });

    test('float32 is float64 to float32 precision', () => {
      const options = { cost, stepPattern, gamma: 0.5, wrt: ['x', 'y', 'cost'] as const };
      const single = softDtwGradient(
        { data: Float32Array.from(x), shape: shapes.x },
        { data: Float32Array.from(y), shape: shapes.y },
        options,
      );
      const double = softDtwGradient({ data: x, shape: shapes.x }, { data: y, shape: shapes.y }, options);
      for (const name of ['value', 'x', 'y', 'cost'] as const) {
        expect(single[name]).toBeInstanceOf(Float32Array);
        double[name].forEach((expected, index) => expect(single[name][index]).toBeCloseTo(expected, 4));
      }
    });
  });
});

function numericGradient(values: Float64Array, objective: () => number): number[] {
  const step = 1e-5;
  return Array.from(values, (kept, index) => {
    values[index] = kept + step;
    const above = objective();
    values[index] = kept - step;
    const below = objective();
    values[index] = kept;
    return (above - below) / (2 * step);
  });
}
