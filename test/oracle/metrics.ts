/** Slow, obvious definitions of the metrics, straight from their meaning. Imports nothing of ours. */

/** Probability that a random positive scores above a random negative, ties counting half. */
export function rocAucByPairs(scores: number[], labels: number[]): number {
  let wins = 0;
  let pairs = 0;
  for (let i = 0; i < scores.length; i++) {
    for (let j = 0; j < scores.length; j++) {
      if (labels[i] !== 1 || labels[j] !== 0) continue;
      pairs++;
      if (scores[i] > scores[j]) wins += 1;
      if (scores[i] === scores[j]) wins += 0.5;
    }
  }
  return wins / pairs;
}

export interface Counts {
  precision: number;
  recall: number;
  f1: number;
  iou: number;
}

/** Predict score >= threshold and count with sets of indices. */
export function countsAt(threshold: number, scores: number[], labels: number[]): Counts {
  const indices = scores.map((_, i) => i);
  const predicted = new Set(indices.filter((i) => scores[i] >= threshold));
  const actual = new Set(indices.filter((i) => labels[i] === 1));
  const both = indices.filter((i) => predicted.has(i) && actual.has(i)).length;
  const either = indices.filter((i) => predicted.has(i) || actual.has(i)).length;
  const precision = predicted.size === 0 ? 1 : both / predicted.size;
  const recall = actual.size === 0 ? 1 : both / actual.size;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1, iou: either === 0 ? 1 : both / either };
}

/** Each positive brings a step of 1 / positives of recall, at the precision of "score >= its score". */
export function averagePrecisionBySteps(scores: number[], labels: number[]): number {
  const positives = scores.filter((_, i) => labels[i] === 1);
  return positives.reduce((sum, score) => sum + countsAt(score, scores, labels).precision / positives.length, 0);
}

/** Tries the threshold of every positive, highest first. */
export function bestF1ByTrial(scores: number[], labels: number[]): { f1: number; threshold: number } {
  const thresholds = scores.filter((_, i) => labels[i] === 1).map((score) => score - 2.22e-16);
  thresholds.sort((a, b) => b - a);
  let best = { f1: -1, threshold: NaN };
  for (const threshold of thresholds) {
    const { f1 } = countsAt(threshold, scores, labels);
    if (f1 > best.f1) best = { f1, threshold };
  }
  return best;
}
