import fs from 'node:fs';
import path from 'node:path';
import { dtwAlign, dtwFromCost, softDtwFromCost, softDtwGradientFromCost, type StepPattern } from '../../ts/index';
import { loadBinding } from '../../ts/native/loadBinding';

interface GoldenCase {
  rows: number;
  cols: number;
  moves: 'classic' | 'monotonic';
  gamma: number;
  bandwidth: number | null;
  cost: number[];
  value: number | null;
  gradient?: number[];
  hardValue: number | null;
}

const file = path.join(__dirname, '..', '..', '..', 'shared', 'fixtures', 'dtw_cases.json');
const present = fs.existsSync(file);
const cases: GoldenCase[] = present ? JSON.parse(fs.readFileSync(file, 'utf8')).cases : [];
const unbanded = cases.filter((golden) => golden.bandwidth === null);

(present ? describe : describe.skip)('golden cases of ../shared/fixtures/dtw_cases.json', () => {
  test('there are 160 without a band', () => expect(unbanded).toHaveLength(160));

  for (const type of [Float32Array, Float64Array]) {
    describe(type.name, () => {
      test.each(
        unbanded.map(
          (golden) => [`${golden.moves} ${golden.rows} x ${golden.cols}, gamma ${golden.gamma}`, golden] as const,
        ),
      )('%s', (_name, golden) => {
        const { rows, cols, gamma } = golden;
        const stepPattern: StepPattern = golden.moves === 'classic' ? 'symmetric1' : 'stayOrAdvance';
        const costs = { cost: type.from(golden.cost), shape: [1, rows, cols] as const };
        const { value, cost: gradient } = softDtwGradientFromCost<Float32Array | Float64Array>(costs, {
          gamma,
          stepPattern,
        });
        const hard = dtwFromCost<Float32Array | Float64Array>(costs, { stepPattern })[0];
        expect(softDtwFromCost<Float32Array | Float64Array>(costs, { gamma, stepPattern })[0]).toBe(value[0]);
        if (golden.value === null) {
          expect([value[0], hard]).toEqual([Infinity, Infinity]);
          expect(Array.from(gradient)).toEqual(new Array(rows * cols).fill(0));
          return;
        }
        expectRelative(value[0], golden.value, 1e-5);
        expectRelative(hard, golden.hardValue!, 1e-6);
        const errors = golden.gradient!.map((expected, cell) => Math.abs(gradient[cell] - expected));
        expect(Math.max(...errors)).toBeLessThanOrEqual(1e-5);
        expectRelative(costOfPath(costs.cost, golden), golden.hardValue!, 1e-6);
        if (stepPattern === 'stayOrAdvance') {
          const { labelIndex } = dtwAlign<Float32Array | Float64Array>(costs);
          expectRelative(
            labelIndex.reduce((sum, row, col) => sum + golden.cost[row * cols + col], 0),
            golden.hardValue!,
            1e-6,
          );
        }
      });
    });
  }
});

function expectRelative(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}

function costOfPath(cost: Float32Array | Float64Array, { rows, cols, moves, cost: exact }: GoldenCase): number {
  const found = new Int32Array((rows + cols - 1) * 2);
  const length = new Int32Array(1);
  const value = cost instanceof Float32Array ? new Float32Array(1) : new Float64Array(1);
  loadBinding().hardDtwPath(1, rows, cols, moves === 'classic' ? 0 : 1, cost, value, found, length);
  let sum = 0;
  for (let k = 0; k < length[0]; k++) sum += exact[found[2 * k] * cols + found[2 * k + 1]];
  return sum;
}
