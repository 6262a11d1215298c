import * as tf from '@tensorflow/tfjs';
import { checkBoolean, checkObject } from '../dtw/check';
import { expectedValue } from '../util/expected';
import { softDtw, type TensorSoftDtwOptions } from './softDtw';

export interface SoftDtwLossOptions extends TensorSoftDtwOptions {
  /** Over the batch; `none` gives one loss a pair. Default `mean`. */
  reduction?: 'mean' | 'sum' | 'none';
  /**
   * The soft-DTW divergence, softDtw(x, y) - (softDtw(x, x) + softDtw(y, y)) / 2, in place of softDtw(x, y): >= 0 and 0 where x = y. Without open ends.
   * Default false.
   */
  normalised?: boolean;
}

/**
 * Soft-DTW as a loss. Sources: Cuturi & Blondel, ICML 2017; normalised: Blondel, Mensch & Vert, "Differentiable divergences between time series", AISTATS 2021.
 *
 * @param x [B, rows, channels] float32
 * @param y [B, cols, channels] float32
 * @returns a scalar, or [B] with reduction `none`, in units of the cost. Differentiable twice.
 * @throws as softDtw
 */
export function softDtwLoss(x: tf.Tensor3D, y: tf.Tensor3D, options: SoftDtwLossOptions = {}): tf.Tensor {
  checkObject(options, 'options');
  const { reduction = 'mean', normalised = false, ...rest } = options;
  if (!Object.hasOwn(reductions, reduction)) throw expectedValue('one of mean, sum, none', 'reduction', reduction);
  checkBoolean(normalised, 'normalised');
  for (const name of ['openStart', 'openEnd'] as const) {
    // softDtw(x, y) and softDtw(x, x) would be values of different things.
    if (normalised && rest[name]) throw expectedValue('false, as `normalised` is true,', name, rest[name]);
  }
  return tf.tidy(() => reductions[reduction](normalised ? divergence(x, y, rest) : softDtw(x, y, rest)));
}

const reductions = {
  mean: (loss: tf.Tensor1D): tf.Tensor => tf.mean(loss),
  sum: (loss: tf.Tensor1D): tf.Tensor => tf.sum(loss),
  none: (loss: tf.Tensor1D): tf.Tensor => loss,
};

function divergence(x: tf.Tensor3D, y: tf.Tensor3D, options: TensorSoftDtwOptions): tf.Tensor1D {
  const { xLengths, yLengths } = options;
  const ofBoth = softDtw(x, y, options);
  const ofX = softDtw(x, x, { ...options, yLengths: xLengths });
  const ofY = softDtw(y, y, { ...options, xLengths: yLengths });
  return tf.sub(ofBoth, tf.div(tf.add(ofX, ofY), 2));
}
