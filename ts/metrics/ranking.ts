import { checkLabels } from './check';

/** The distinct scores, highest first, with the counts of what lies at or above each: tied scores are one group. */
export interface Ranking {
  score: Float64Array;
  truePositive: Float64Array;
  falsePositive: Float64Array;
  positives: number;
  negatives: number;
}

export function rank(scores: ArrayLike<number>, labels: ArrayLike<number>): Ranking {
  checkLabels('scores', scores, labels);
  const order = new Uint32Array(scores.length);
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) throw new RangeError(`expected a number for \`scores[${i}]\` but received NaN`);
    order[i] = i;
  }
  // A comparison, not a difference: infinity - infinity is NaN.
  order.sort((a, b) => (scores[a] > scores[b] ? -1 : scores[a] < scores[b] ? 1 : 0));

  const score: number[] = [];
  const truePositive: number[] = [];
  const falsePositive: number[] = [];
  let positives = 0;
  let negatives = 0;
  for (let i = 0; i < order.length; i++) {
    if (labels[order[i]] === 1) positives++;
    else negatives++;
    const lastOfGroup = i + 1 === order.length || scores[order[i + 1]] !== scores[order[i]];
    if (!lastOfGroup) continue;
    score.push(scores[order[i]]);
    truePositive.push(positives);
    falsePositive.push(negatives);
  }
  return {
    score: Float64Array.from(score),
    truePositive: Float64Array.from(truePositive),
    falsePositive: Float64Array.from(falsePositive),
    positives,
    negatives,
  };
}
