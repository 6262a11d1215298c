import * as tf from '@tensorflow/tfjs';
import type { WetasConfig } from '../model/config';
import type { NetworkOutput } from '../model/dicnn';
import { alignmentLoss, classificationLoss } from '../model/losses';
import type { BatchLabels } from './batches';
import type { Losses } from './records';

/** Classification loss + mean alignment loss of a batch: what training minimises (docs/method.md section 4). */
export function objective(
  { weakLogit, denseLogit }: Pick<NetworkOutput, 'weakLogit' | 'denseLogit'>,
  { weakLabel, mask }: BatchLabels,
  config: WetasConfig,
): { total: tf.Scalar; losses: Losses } {
  const classification = classificationLoss(weakLogit, weakLabel);
  const alignment: tf.Scalar = tf.mean(alignmentLoss({ denseLogit, weakLabel, mask, config }));
  const total: tf.Scalar = tf.add(classification, alignment);
  const [loss, ofClassification, ofAlignment] = [total, classification, alignment].map((term) => term.dataSync()[0]);
  return { total, losses: { loss, classification: ofClassification, alignment: ofAlignment } };
}

/** The mean over windows of losses of batches, which may be of unequal size. */
export class LossMean {
  private readonly sum: Losses = { loss: 0, classification: 0, alignment: 0 };
  private windows = 0;

  add(losses: Losses, windows: number): void {
    this.windows += windows;
    for (const name of ['loss', 'classification', 'alignment'] as const) this.sum[name] += losses[name] * windows;
  }

  mean(): Losses {
    const { sum, windows } = this;
    return {
      loss: sum.loss / windows,
      classification: sum.classification / windows,
      alignment: sum.alignment / windows,
    };
  }
}
