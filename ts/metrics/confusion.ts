import { checkBinary, checkLabels } from './check';

export interface Confusion {
  truePositive: number;
  falsePositive: number;
  falseNegative: number;
  trueNegative: number;
}

/**
 * Counts of predicted against true labels.
 * @param predicted 0 or 1, one per sample
 * @param labels 0 or 1, as many as predicted
 * @throws RangeError on another value or on unequal lengths
 */
export function confusion(predicted: ArrayLike<number>, labels: ArrayLike<number>): Confusion {
  checkLabels('predicted', predicted, labels);
  checkBinary('predicted', predicted);
  const counts = { truePositive: 0, falsePositive: 0, falseNegative: 0, trueNegative: 0 };
  for (let i = 0; i < labels.length; i++) {
    if (predicted[i] === 1) counts[labels[i] === 1 ? 'truePositive' : 'falsePositive']++;
    else counts[labels[i] === 1 ? 'falseNegative' : 'trueNegative']++;
  }
  return counts;
}

/** Share of the predicted that is true; 1 when nothing is predicted (the reference's convention). */
export function precision({ truePositive, falsePositive }: Confusion): number {
  const predicted = truePositive + falsePositive;
  return predicted === 0 ? 1 : truePositive / predicted;
}

/** Share of the true that is predicted; 1 when nothing is true (the reference's convention). */
export function recall({ truePositive, falseNegative }: Confusion): number {
  const actual = truePositive + falseNegative;
  return actual === 0 ? 1 : truePositive / actual;
}

/** Harmonic mean of precision and recall; 0 when both are 0. */
export function f1(counts: Confusion): number {
  const p = precision(counts);
  const r = recall(counts);
  return p + r === 0 ? 0 : (2 * p * r) / (p + r);
}

/** TP / (TP + FP + FN): intersection over union of the predicted and the true samples; 1 when both are empty. */
export function iou({ truePositive, falsePositive, falseNegative }: Confusion): number {
  const union = truePositive + falsePositive + falseNegative;
  return union === 0 ? 1 : truePositive / union;
}
