import type { WindowScores } from './windowScores';

/**
 * What an ensemble says: the mean of its members' probabilities, weak and dense, and the logits of those means. An only member is left as it is.
 */
export function meanScores(members: readonly WindowScores[]): WindowScores {
  if (members.length === 1) return members[0];
  const weak = meanProbability(members.map(({ weakLogit }) => weakLogit));
  const dense = meanProbability(members.map(({ denseLogit }) => denseLogit));
  return { weakLogit: weak.logit, weakScore: weak.score, denseLogit: dense.logit, denseScore: dense.score };
}

/** Of numbers as logits and as probabilities. */
export interface Scores {
  logit: Float32Array;
  score: Float32Array;
}

/** @param logits of each member, all of the same length; those of an only one are returned as they are */
export function meanProbability(logits: readonly Float32Array[]): Scores {
  if (logits.length === 1) return { logit: logits[0], score: logits[0].map(sigmoid) };
  const logit = new Float32Array(logits[0].length);
  const score = new Float32Array(logits[0].length);
  for (let i = 0; i < score.length; i++) {
    // The mean of the complements beside it: 1 minus a mean near 1 would have lost the digits that its logit is made of.
    let [sum, complement] = [0, 0];
    for (const member of logits) {
      sum += sigmoid(member[i]);
      complement += sigmoid(-member[i]);
    }
    logit[i] = Math.log(sum / complement);
    score[i] = sum / logits.length;
  }
  return { logit, score };
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
