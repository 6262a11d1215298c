import { rank } from './ranking';

/**
 * Area under the ROC curve by trapezoids, ties grouped: scikit-learn's roc_auc_score.
 * @param scores any numbers but NaN, one per sample; higher means more anomalous
 * @param labels 0 or 1, as many as scores
 * @returns a value in [0, 1]; NaN where only one class is present, which leaves the area undefined
 * @throws RangeError on a NaN score, a label other than 0 or 1, or unequal lengths
 */
export function rocAuc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const { score, truePositive, falsePositive, positives, negatives } = rank(scores, labels);
  if (positives === 0 || negatives === 0) return NaN;
  let area = 0;
  for (let group = 0, previousTrue = 0, previousFalse = 0; group < score.length; group++) {
    area += ((falsePositive[group] - previousFalse) * (truePositive[group] + previousTrue)) / 2;
    previousTrue = truePositive[group];
    previousFalse = falsePositive[group];
  }
  return area / (positives * negatives);
}
