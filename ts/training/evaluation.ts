import * as tf from '@tensorflow/tfjs';
import type { Windows } from '../data';
import { averagePrecision, bestF1, confusion, f1, iou, precision, recall, rocAuc } from '../metrics';
import { checkWindows } from '../model/checkWindows';
import type { WetasConfig } from '../model/config';
import type { DiCNN } from '../model/dicnn';
import { scoreWindows, type ScoringOptions } from '../model/inference';
import type { WindowScores } from '../model/windowScores';
import { denseLabels, realPoints } from '../model/segmentation';
import { LossMean, objective } from './objective';
import type { DenseMetrics, EvaluationRecord, Losses, WeakMetrics } from './records';

/** What one forward pass over a split leaves: all its figures are made from this. */
export interface SplitScores extends WindowScores {
  /** [n, T], 1 at real points; absent where padding counts as data. */
  mask?: Float32Array;
  /** [n], 0 or 1 */
  weakLabel: Uint8Array;
  losses: Losses;
}

export type WeakScores = Pick<SplitScores, 'weakScore' | 'weakLabel'>;

/**
 * The figures of a model on labelled windows.
 * @param networks one, or the members of an ensemble
 * @param threshold weak score from which a window counts as anomalous; default: the model's own
 * @throws RangeError where the windows do not fit the config or have no weak labels
 */
export async function evaluate(
  networks: readonly DiCNN[],
  config: WetasConfig,
  windows: Windows,
  { threshold = config.globalThreshold, ...options }: ScoringOptions & { threshold?: number } = {},
): Promise<EvaluationRecord> {
  checkWindows('windows', windows, config);
  return evaluationRecord(await scoreSplit(networks, config, windows, options), windows, threshold, config);
}

/** Forward only; other tasks may run between the batches. Reads no point labels. */
export async function scoreSplit(
  networks: readonly DiCNN[],
  config: WetasConfig,
  windows: Windows,
  options: ScoringOptions = {},
): Promise<SplitScores> {
  const scores = { ...(await scoreWindows(networks, windows, config, options)), weakLabel: windows.weakLabel! };
  return { ...scores, losses: meanLosses(scores, config, options.batchSize) };
}

/** The losses are functions of the logits: no second forward pass is needed for them. */
function meanLosses(scores: Omit<SplitScores, 'losses'>, config: WetasConfig, batchSize = 32): Losses {
  const { weakLogit, denseLogit, weakLabel, mask } = scores;
  const length = config.splitSize;
  const mean = new LossMean();
  for (let first = 0; first < weakLogit.length; first += batchSize) {
    const last = Math.min(first + batchSize, weakLogit.length);
    const points = (data: Float32Array) =>
      tf.tensor2d(data.slice(first * length, last * length), [last - first, length]);
    tf.tidy(() => {
      const output = { weakLogit: tf.tensor1d(weakLogit.slice(first, last)), denseLogit: points(denseLogit) };
      const labels = {
        weakLabel: tf.tensor1d(Float32Array.from(weakLabel.subarray(first, last))),
        mask: mask && points(mask),
      };
      mean.add(objective(output, labels, config).losses, last - first);
    });
  }
  return mean.mean();
}

/** With the dense figures where `windows` has point labels. */
export function evaluationRecord(
  scores: SplitScores,
  windows: Windows,
  threshold: number,
  config: WetasConfig,
): EvaluationRecord {
  const record = { ...scores.losses, weak: weakMetrics(scores, threshold) };
  return windows.denseLabel ? { ...record, ...denseRecord(scores, windows, threshold, config) } : record;
}

export function weakMetrics({ weakScore, weakLabel }: WeakScores, threshold: number): WeakMetrics {
  const counts = confusion(decide(weakScore, threshold), weakLabel);
  return {
    auc: rocAuc(weakScore, weakLabel),
    auprc: averagePrecision(weakScore, weakLabel),
    bestF1: bestF1(weakScore, weakLabel).f1,
    precision: precision(counts),
    recall: recall(counts),
    f1: f1(counts),
    threshold,
  };
}

export function together(a: WeakScores, b: WeakScores): WeakScores {
  const count = a.weakScore.length;
  const weakScore = new Float32Array(count + b.weakScore.length);
  const weakLabel = new Uint8Array(weakScore.length);
  weakScore.set(a.weakScore);
  weakScore.set(b.weakScore, count);
  weakLabel.set(a.weakLabel);
  weakLabel.set(b.weakLabel, count);
  return { weakScore, weakLabel };
}

/** The threshold of the best F1 (docs/method.md section 6); undefined without an anomalous window. */
export function sweepThreshold({ weakScore, weakLabel }: WeakScores): number | undefined {
  const { threshold } = bestF1(weakScore, weakLabel);
  return Number.isNaN(threshold) ? undefined : threshold;
}

function denseRecord(
  { denseLogit, weakScore, mask }: SplitScores,
  { denseLabel, shape: [windows, length], lengths }: Windows,
  threshold: number,
  config: WetasConfig,
): { dense: DenseMetrics; denseReal: DenseMetrics } {
  const weakPrediction = decide(weakScore, threshold);
  const predicted = denseLabels({ denseLogit, weakPrediction, mask, shape: [windows, length], config });
  const real = (all: Uint8Array) => (lengths ? realPoints(all, [windows, length], lengths) : all);
  return {
    dense: denseMetrics(predicted, denseLabel!),
    denseReal: denseMetrics(real(predicted), real(denseLabel!)),
  };
}

function denseMetrics(predicted: Uint8Array, labels: Uint8Array): DenseMetrics {
  const counts = confusion(predicted, labels);
  return { f1: f1(counts), precision: precision(counts), recall: recall(counts), iou: iou(counts) };
}

/** The weak prediction of each window. */
function decide(weakScore: Float32Array, threshold: number): Uint8Array {
  return Uint8Array.from(weakScore, (score) => (score >= threshold ? 1 : 0));
}
