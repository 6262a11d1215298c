import type { WetasConfig } from '../model/config';
import type { DiCNN } from '../model/dicnn';
import { evaluationRecord, scoreSplit, sweepThreshold, together, weakMetrics } from './evaluation';
import type { ScoringOptions } from '../model/inference';
import type { EpochRecord } from './records';
import type { TrainOptions } from './trainOptions';

export interface EpochEvaluation extends Pick<EpochRecord, 'valid' | 'test'> {
  /** The weak threshold in force from now on. */
  threshold: number;
  /** What early stopping watches; absent without validation. */
  criterion?: number;
}

/**
 * The figures after an epoch (docs/method.md section 6). The weak threshold is swept over the scores of train and valid together and applied to test; valid's
 * own precision and recall are at the threshold before that. Reads the point labels of test alone.
 */
export async function evaluateEpoch(
  model: DiCNN,
  config: WetasConfig,
  thresholdBefore: number,
  { train, validation, test, stopping, stoppingSplit }: TrainOptions,
  options: ScoringOptions,
): Promise<EpochEvaluation> {
  const trainScores = await scoreSplit([model], config, train, options);
  const validScores = validation && (await scoreSplit([model], config, validation, options));
  const both = validScores ? together(trainScores, validScores) : trainScores;
  // checkTrainOptions has seen to it that train has an anomalous window.
  const threshold = sweepThreshold(both)!;

  const testScores = test && (await scoreSplit([model], config, test, options));
  const evaluation: EpochEvaluation = { threshold };
  if (testScores) evaluation.test = evaluationRecord(testScores, test, threshold, config);
  if (validScores) {
    const { auc, auprc, bestF1 } = weakMetrics(stoppingSplit === 'valid' ? validScores : both, threshold);
    const { precision, recall, f1 } = weakMetrics(validScores, thresholdBefore);
    evaluation.valid = { ...validScores.losses, weak: { auc, auprc, bestF1, precision, recall, f1, threshold } };
    evaluation.criterion = stopping === 'f1' ? bestF1 : validScores.losses.loss;
  }
  return evaluation;
}
