import fc from 'fast-check';
import {
  dtwAlign,
  dtwFromCost,
  labelPosterior,
  softDtwFromCost,
  softDtwGradientFromCost,
  type FloatArray,
} from '../../ts/index';
import { describeEachDevice } from './devices';
import type { Dtype } from './problems';
import { dtwByEnumeration, pathCost, type Cell } from '../oracle/enumeratePaths';

/** A batch of small cost matrices, some cells forbidden, in either dtype. */
const problemsOf = (types: readonly Dtype[]) =>
  fc
    .record({
      batch: fc.integer({ min: 1, max: 20 }),
      rows: fc.integer({ min: 1, max: 4 }),
      cols: fc.integer({ min: 1, max: 5 }),
    })
    .chain(({ batch, rows, cols }) =>
      fc.record({
        shape: fc.constant([batch, rows, cols] as const),
        cost: fc.array(
          fc.oneof(
            { weight: 9, arbitrary: fc.double({ min: -3, max: 10, noNaN: true }) },
            { weight: 1, arbitrary: fc.constant(Infinity) },
          ),
          {
            minLength: batch * rows * cols,
            maxLength: batch * rows * cols,
          },
        ),
        gamma: fc.constantFrom(0.01, 0.1, 1, 10),
        stepPattern: fc.constantFrom('symmetric1' as const, 'stayOrAdvance' as const),
        type: fc.constantFrom(...types),
      }),
    );

describeEachDevice((device, types) =>
  test('values, gradients and labels are those of all paths enumerated', () => {
    fc.assert(
      fc.property(problemsOf(types), ({ shape, cost: numbers, gamma, stepPattern, type }) => {
        const [batch, rows, cols] = shape;
        const cost: FloatArray = Float32Array.from(numbers); // so that both dtypes hold the same numbers
        const costs = { cost: type.from(cost) as FloatArray, shape };
        const tolerance = type === Float32Array ? 1e-5 : 1e-10;
        const { value, cost: gradient } = softDtwGradientFromCost(costs, { gamma, stepPattern, device });
        const forward = softDtwFromCost(costs, { gamma, stepPattern, device });
        const hard = dtwFromCost(costs, { stepPattern, device });
        const { value: alignValue, labelIndex } = dtwAlign(costs, { device });
        const posterior = labelPosterior(costs, { gamma, device });
        for (let pair = 0; pair < batch; pair++) {
          const own = cost.subarray(pair * rows * cols, (pair + 1) * rows * cols);
          const expected = dtwByEnumeration(own, rows, cols, { moves: stepPattern }, gamma);
          const aligned = dtwByEnumeration(own, rows, cols, { moves: 'stayOrAdvance' }, gamma);
          expectClose(hard[pair], expected.hard, tolerance, 1);
          expectClose(value[pair], expected.soft, tolerance, 1 + gamma);
          expect(forward[pair]).toBe(value[pair]);
          expectClose(alignValue[pair], aligned.hard, tolerance, 1);
          const labels = Array.from(labelIndex.subarray(pair * cols, (pair + 1) * cols));
          if (aligned.hard === Infinity) expect(labels).toEqual(new Array(cols).fill(-1));
          else
            expectClose(
              pathCost(
                labels.map((row, col): Cell => [row, col]),
                own,
                cols,
              ),
              aligned.hard,
              tolerance,
              1,
            );
          const at = pair * rows * cols;
          expect(worstError(gradient.subarray(at, at + rows * cols), expected.expected)).toBeLessThanOrEqual(tolerance);
          expect(worstError(posterior.subarray(at, at + rows * cols), aligned.expected)).toBeLessThanOrEqual(tolerance);
        }
      }),
      { numRuns: 100 },
    );
  }),
);

function expectClose(actual: number, expected: number, tolerance: number, scale: number): void {
  if (Number.isFinite(expected))
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * (scale + Math.abs(expected)));
  else expect(actual).toBe(expected);
}

function worstError(actual: FloatArray, expected: number[]): number {
  return Math.max(...expected.map((value, cell) => Math.abs(actual[cell] - value)));
}
