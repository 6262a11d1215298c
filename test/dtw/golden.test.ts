import fs from 'node:fs';
import path from 'node:path';
import {
  dtwAlign,
  dtwFromCost,
  dtwPathFromCost,
  softDtwFromCost,
  softDtwGradientFromCost,
  type CostBatch,
  type WarpingOptions,
} from '../../ts/index';
import { describeEachDevice } from './devices';

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
// Their band is |i-j| <= bandwidth, which ours is on squares alone.
const banded = cases.filter(({ bandwidth, rows, cols }) => bandwidth !== null && rows === cols);

(present ? describe : describe.skip)('golden cases of ../shared/fixtures/dtw_cases.json', () => {
  test('there are 160 without a band and 8 square ones with one', () =>
    expect([unbanded.length, banded.length]).toEqual([160, 8]));

  describeEachDevice((device, types) => {
    describe.each(types)('$name', (type) => {
      test.each(
        [...unbanded, ...banded].map((golden) => {
          const { moves, rows, cols, gamma, bandwidth } = golden;
          return [`${moves} ${rows} x ${cols}, gamma ${gamma}, bandwidth ${bandwidth}`, golden] as const;
        }),
      )('%s', (_name, golden) => {
        const { rows, cols, gamma, bandwidth } = golden;
        const options: WarpingOptions = {
          device,
          stepPattern: golden.moves === 'classic' ? 'symmetric1' : 'stayOrAdvance',
          ...(bandwidth !== null && { sakoeChibaRadius: bandwidth }),
        };
        const costs: CostBatch = { cost: type.from(golden.cost), shape: [1, rows, cols] };
        const { value, cost: gradient } = softDtwGradientFromCost(costs, { gamma, ...options });
        const hard = dtwFromCost(costs, options)[0];
        expectRelative(softDtwFromCost(costs, { gamma, ...options })[0], value[0], 1e-6);
        if (golden.value === null) {
          expect([value[0], hard]).toEqual([Infinity, Infinity]);
          expect(Array.from(gradient)).toEqual(new Array(rows * cols).fill(0));
          return;
        }
        expectRelative(value[0], golden.value, 1e-5);
        expectRelative(hard, golden.hardValue!, 1e-6);
        const errors = golden.gradient!.map((expected, cell) => Math.abs(gradient[cell] - expected));
        expect(Math.max(...errors)).toBeLessThanOrEqual(1e-5);
        expectRelative(costOfPath(costs, options, golden.cost), golden.hardValue!, 1e-6);
        if (options.stepPattern === 'stayOrAdvance' && bandwidth === null) {
          const { labelIndex } = dtwAlign(costs, { device });
          expectRelative(
            labelIndex.reduce((sum, row, col) => sum + golden.cost[row * cols + col], 0),
            golden.hardValue!,
            1e-6,
          );
        }
      });
    });
  });
});

function expectRelative(actual: number, expected: number, tolerance: number): void {
  if (expected === Infinity) expect(actual).toBe(Infinity);
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}

function costOfPath(costs: CostBatch, options: WarpingOptions, exact: number[]): number {
  const [cells] = dtwPathFromCost(costs, options).path;
  let sum = 0;
  for (let k = 0; k < cells.length; k += 2) sum += exact[cells[k] * costs.shape[2] + cells[k + 1]];
  return sum;
}
