import { f1 } from './confusion';
import { rank } from './ranking';

/** What the reference takes off a score so that `score >= threshold` surely holds for it: one unit in the last place of 1. */
const BELOW = 2.22e-16;

/**
 * The best F1 over the thresholds "score of a true positive - 2.22e-16", predicting `score >= threshold`; of equal F1 the
 * higher threshold is kept.
 * @param scores any numbers but NaN, one per sample; higher means more anomalous
 * @param labels 0 or 1, as many as scores
 * @returns f1 in [0, 1] and its threshold; both NaN where no label is 1, since no threshold can then be taken
 * @throws RangeError on a NaN score, a label other than 0 or 1, or unequal lengths
 */
export function bestF1(scores: ArrayLike<number>, labels: ArrayLike<number>): { f1: number; threshold: number } {
  const { score, truePositive, falsePositive, positives, negatives } = rank(scores, labels);
  let best = { f1: NaN, threshold: NaN };
  for (let group = 0, last = 0; group < score.length; group++) {
    const threshold = score[group] - BELOW;
    const holdsPositive = truePositive[group] > (group === 0 ? 0 : truePositive[group - 1]);
    if (!holdsPositive) continue;
    // Scores closer together than 2.22e-16 (all near 0) fall on the same side of this threshold.
    last = Math.max(last, group);
    while (last + 1 < score.length && score[last + 1] >= threshold) last++;
    const value = f1({
      truePositive: truePositive[last],
      falsePositive: falsePositive[last],
      falseNegative: positives - truePositive[last],
      trueNegative: negatives - falsePositive[last],
    });
    if (!(value <= best.f1)) best = { f1: value, threshold };
  }
  return best;
}
