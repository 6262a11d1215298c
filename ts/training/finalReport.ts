import type { WetasConfig } from '../model/config';
import type { DiCNN } from '../model/dicnn';
import { evaluationRecord, scoreSplit, sweepThreshold, weakMetrics } from './evaluation';
import type { EvaluationRecord } from './records';
import type { TrainOptions } from './trainOptions';

/** The figures of a model at the threshold stored with it and, as the reference does it, at the one re-taken on valid alone. */
export interface FinalReport extends ThresholdReport {
  /** Absent without validation, or without an anomalous window in it. */
  retaken?: ThresholdReport;
}

export interface ThresholdReport {
  threshold: number;
  valid?: EvaluationRecord;
  test?: EvaluationRecord;
}

/** `networks` are the model, one or the members of an ensemble, and `config` has its threshold. Reads the point labels of test alone. */
export async function finalReport(
  networks: readonly DiCNN[],
  config: WetasConfig,
  { validation, test, batchSize }: Pick<TrainOptions, 'validation' | 'test' | 'batchSize'>,
): Promise<FinalReport> {
  const validScores = validation && (await scoreSplit(networks, config, validation, { batchSize }));
  const testScores = test && (await scoreSplit(networks, config, test, { batchSize }));
  const at = (threshold: number): ThresholdReport => ({
    threshold,
    valid: validScores && { ...validScores.losses, weak: weakMetrics(validScores, threshold) },
    test: testScores && evaluationRecord(testScores, test, threshold, config),
  });
  const retaken = validScores && sweepThreshold(validScores);
  return { ...at(config.globalThreshold), ...(retaken !== undefined && { retaken: at(retaken) }) };
}
