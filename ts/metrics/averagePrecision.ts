import { rank } from './ranking';

/**
 * Area under the precision-recall curve as a sum of steps, sum over groups of (R_n - R_(n-1)) P_n, ties grouped:
 * scikit-learn's average_precision_score.
 * @param scores any numbers but NaN, one per sample; higher means more anomalous
 * @param labels 0 or 1, as many as scores
 * @returns a value in [0, 1]; 0 where no label is 1, as scikit-learn does
 * @throws RangeError on a NaN score, a label other than 0 or 1, or unequal lengths
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const { score, truePositive, falsePositive, positives } = rank(scores, labels);
  if (positives === 0) return 0;
  let sum = 0;
  for (let group = 0, previousTrue = 0; group < score.length; group++) {
    const precision = truePositive[group] / (truePositive[group] + falsePositive[group]);
    sum += (truePositive[group] - previousTrue) * precision;
    previousTrue = truePositive[group];
  }
  return sum / positives;
}
