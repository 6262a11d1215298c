import * as tf from '@tensorflow/tfjs';
import { softDtwFromCost } from '../tfjs';
import { activationMap } from './activationMap';
import type { WetasConfig } from './config';
import { sequentialLabel } from './sequentialLabel';

/**
 * Mean binary cross-entropy of the weak scores, from their logits: no score is so near 0 or 1 that its loss or gradient is lost.
 * @param weakLogit [B]
 * @param weakLabel [B], 0 or 1
 */
export function classificationLoss(weakLogit: tf.Tensor1D, weakLabel: tf.Tensor1D): tf.Scalar {
  // -log sigmoid(h) for label 1, -log sigmoid(-h) for label 0.
  return tf.tidy(() => tf.mean(tf.softplus(tf.mul(weakLogit, tf.sub(1, tf.mul(2, weakLabel))))));
}

/** What the alignment loss depends on. */
export type AlignmentConfig = Pick<
  WetasConfig,
  'granularity' | 'localThreshold' | 'beta' | 'gamma' | 'alignment' | 'splitSize'
>;

/**
 * relu(beta + d(positive label) - d(negative label)) of each window, where d is the soft-DTW value of aligning a sequential
 * label with the dense scores, divided by splitSize (Lee et al. 2021, section 3.4). Labels are made without a gradient.
 * @param denseLogit [B, T]
 * @param weakLabel [B], 0 or 1
 * @param mask [B, T], 0 at padding, which costs nothing under any label; without it all points are real
 * @returns [B]
 */
export function alignmentLoss({
  denseLogit,
  weakLabel,
  mask,
  config,
}: {
  denseLogit: tf.Tensor2D;
  weakLabel: tf.Tensor1D;
  mask?: tf.Tensor2D;
  config: AlignmentConfig;
}): tf.Tensor1D {
  return tf.tidy(() => {
    const { beta, gamma, splitSize } = config;
    const { positive, negative } = sequentialLabels(denseLogit, weakLabel, mask, config);
    const { ofOne, ofZero } = labelCosts(denseLogit, mask);
    const distance = (label: tf.Tensor2D) => {
      const chosen = (label: tf.Tensor2D, cost: tf.Tensor3D): tf.Tensor3D => tf.matMul(tf.expandDims(label, 2), cost);
      const cost: tf.Tensor3D = tf.add(chosen(label, ofOne), chosen(tf.sub(1, label), ofZero));
      return tf.div(softDtwFromCost(cost, { gamma, stepPattern: 'stayOrAdvance' }), splitSize);
    };
    return tf.relu<tf.Tensor1D>(tf.add(tf.sub(distance(positive), distance(negative)), beta));
  });
}

/** The labels that fit the weak label and those that contradict it, each [B, granularity + 2]. */
function sequentialLabels(
  denseLogit: tf.Tensor2D,
  weakLabel: tf.Tensor1D,
  mask: tf.Tensor2D | undefined,
  config: AlignmentConfig,
): { positive: tf.Tensor2D; negative: tf.Tensor2D } {
  const shape = denseLogit.shape;
  const map = activationMap(denseLogit.dataSync<'float32'>(), shape, mask?.dataSync<'float32'>());
  const labels = (gate: Float32Array) =>
    tf.tensor2d(sequentialLabel(map, gate, shape, config), [shape[0], config.granularity + 2]);
  const gate = weakLabel.dataSync<'float32'>();
  // The authors' code gates the map itself before it makes the negative label, which is then all zeros for every window.
  const opposite = config.alignment === 'paper' ? gate.map((y) => 1 - y) : new Float32Array(shape[0]);
  return { positive: labels(gate), negative: labels(opposite) };
}

/**
 * What label 1 and label 0 cost at each timestep: the binary cross-entropies -log(s + 1e-12) and -log(1 - s + 1e-12). 1 - s is taken as
 * the sigmoid of the negative logit: in float32 the subtraction is off by up to 6e-8, which the logarithm at a saturated score would show.
 * @returns each [B, 1, T]
 */
function labelCosts(denseLogit: tf.Tensor2D, mask?: tf.Tensor2D): { ofOne: tf.Tensor3D; ofZero: tf.Tensor3D } {
  const crossEntropy = (logit: tf.Tensor2D): tf.Tensor3D => {
    const cost = tf.neg(tf.log(tf.add(tf.sigmoid(logit), 1e-12)));
    return tf.expandDims(mask ? tf.mul(cost, mask) : cost, 1);
  };
  return { ofOne: crossEntropy(denseLogit), ofZero: crossEntropy(tf.neg(denseLogit)) };
}
