import fc from 'fast-check';
import { averagePrecision, bestF1, confusion, f1, iou, precision, recall, rocAuc } from '../../ts/metrics';
import { averagePrecisionBySteps, bestF1ByTrial, countsAt, rocAucByPairs } from '../oracle/metrics';

const predict = (scores: ArrayLike<number>, threshold: number) => Array.from(scores, (s) => (s >= threshold ? 1 : 0));

/** Scores with many ties, with values nearer to each other than 2.22e-16, and plain ones. */
const score = fc.oneof(
  fc.constantFrom(0, 0.25, 0.5, 0.5000000000000001, 1, 1e-17, 1e-300),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const samples = fc
  .array(fc.tuple(score, fc.constantFrom(0, 1)), { maxLength: 40 })
  .map((pairs) => ({ scores: pairs.map((p) => p[0]), labels: pairs.map((p) => p[1]) }));
const bothClasses = samples.filter(({ labels }) => labels.includes(0) && labels.includes(1));
const somePositive = samples.filter(({ labels }) => labels.includes(1));

describe('1. against the slow oracle', () => {
  test('rocAuc counts pairs', () => {
    fc.assert(
      fc.property(bothClasses, ({ scores, labels }) => {
        expect(rocAuc(scores, labels)).toBeCloseTo(rocAucByPairs(scores, labels), 12);
      }),
    );
  });

  test('averagePrecision sums steps', () => {
    fc.assert(
      fc.property(somePositive, ({ scores, labels }) => {
        expect(averagePrecision(scores, labels)).toBeCloseTo(averagePrecisionBySteps(scores, labels), 12);
      }),
    );
  });

  test('bestF1 tries every threshold and keeps the higher of equals', () => {
    fc.assert(
      fc.property(somePositive, ({ scores, labels }) => {
        expect(bestF1(scores, labels)).toEqual(bestF1ByTrial(scores, labels));
      }),
      { numRuns: 500 },
    );
  });

  test('precision, recall, f1 and iou count sets', () => {
    fc.assert(
      fc.property(samples, score, ({ scores, labels }, threshold) => {
        const counts = confusion(predict(scores, threshold), labels);
        expect({
          precision: precision(counts),
          recall: recall(counts),
          f1: f1(counts),
          iou: iou(counts),
        }).toEqual(countsAt(threshold, scores, labels));
      }),
    );
  });
});

describe('2. properties', () => {
  test('rocAuc and averagePrecision do not change under a strictly increasing map or a reordering', () => {
    const coarse = bothClasses.map(({ scores, labels }) => ({ scores: scores.map((s) => Math.round(s * 8)), labels }));
    fc.assert(
      fc.property(coarse, ({ scores, labels }) => {
        const mapped = scores.map((s) => s ** 3 - 5).reverse();
        expect(rocAuc(mapped, labels.toReversed())).toBe(rocAuc(scores, labels));
        expect(averagePrecision(mapped, labels.toReversed())).toBeCloseTo(averagePrecision(scores, labels), 12);
      }),
    );
  });

  test('swapping the classes mirrors rocAuc', () => {
    fc.assert(
      fc.property(bothClasses, ({ scores, labels }) => {
        const swapped = labels.map((y) => 1 - y);
        expect(rocAuc(scores, swapped)).toBeCloseTo(1 - rocAuc(scores, labels), 12);
      }),
    );
  });

  test('the four counts partition the samples', () => {
    fc.assert(
      fc.property(samples, ({ scores, labels }) => {
        const c = confusion(predict(scores, 0.5), labels);
        expect(c.truePositive + c.falsePositive + c.falseNegative + c.trueNegative).toBe(labels.length);
        expect(c.truePositive + c.falseNegative).toBe(labels.filter((y) => y === 1).length);
      }),
    );
  });

  test('typed arrays serve as well as arrays', () => {
    const scores = [0.1, 0.5, 0.75, 0.25];
    const labels = [0, 1, 1, 0];
    expect(bestF1(Float32Array.from(scores), Uint8Array.from(labels))).toEqual({ f1: 1, threshold: 0.5 - 2.22e-16 });
    expect(rocAuc(Float32Array.from(scores), Uint8Array.from(labels))).toBe(1);
  });
});

describe('3. conventions', () => {
  test('precision is 1 when nothing is predicted, recall 1 when nothing is true, iou 1 when both', () => {
    const nothingPredicted = confusion([0, 0], [1, 0]);
    expect([precision(nothingPredicted), recall(nothingPredicted), f1(nothingPredicted)]).toEqual([1, 0, 0]);
    const nothingTrue = confusion([1, 0], [0, 0]);
    expect([precision(nothingTrue), recall(nothingTrue), f1(nothingTrue), iou(nothingTrue)]).toEqual([0, 1, 0, 0]);
    const neither = confusion([0, 0], [0, 0]);
    expect([precision(neither), recall(neither), f1(neither), iou(neither)]).toEqual([1, 1, 1, 1]);
    expect(f1(confusion([1, 0], [0, 1]))).toBe(0);
  });

  test('one class alone: rocAuc and bestF1 are NaN where undefined, averagePrecision as scikit-learn', () => {
    expect(rocAuc([0.1, 0.2], [1, 1])).toBeNaN();
    expect(rocAuc([0.1, 0.2], [0, 0])).toBeNaN();
    expect(averagePrecision([0.1, 0.2], [0, 0])).toBe(0);
    expect(averagePrecision([0.1, 0.2], [1, 1])).toBe(1);
    expect(bestF1([0.1, 0.2], [0, 0])).toEqual({ f1: NaN, threshold: NaN });
    expect(bestF1([0.1, 0.2], [1, 1])).toEqual({ f1: 1, threshold: 0.1 - 2.22e-16 });
    expect(rocAuc([], [])).toBeNaN();
  });

  test('of equal F1 the higher threshold is kept', () => {
    // score 0.9 alone: P 1, R 1/2; down to 0.1: P 2/4, R 1: both give 2/3.
    expect(bestF1([0.9, 0.5, 0.3, 0.1], [1, 0, 0, 1])).toEqual({ f1: 2 / 3, threshold: 0.9 - 2.22e-16 });
  });

  test('infinite scores rank like any other', () => {
    expect(rocAuc([Infinity, Infinity, -Infinity, 0], [1, 0, 0, 1])).toBe(0.625);
  });
});

describe('4. refusals', () => {
  test.each([
    [() => rocAuc([0.5, NaN], [0, 1]), 'expected a number for `scores[1]` but received NaN'],
    [() => averagePrecision([0.5], [0, 1]), 'expected 1 values, as in `scores`, for `labels` but received 2'],
    [() => bestF1([0.5, 0.5], [0, 2]), 'expected 0 or 1 for `labels[1]` but received 2'],
    [() => confusion([0.5, 1], [0, 1]), 'expected 0 or 1 for `predicted[0]` but received 0.5'],
    [() => confusion([0, 1, 1], [0, 1]), 'expected 3 values, as in `predicted`, for `labels` but received 2'],
  ])('%#', (call, message) => {
    expect(call).toThrow(new RangeError(message));
  });
});
