/** How the learning rate runs over a training. */
export interface LearningRateSchedule {
  /** The highest, which the warm-up ends at. */
  learningRate: number;
  /** After the warm-up: constant, or falling to 0 over the rest of the training along half a cosine wave. */
  lrSchedule: 'constant' | 'cosine';
  /** Epochs, or a fraction of one, over which it rises in equal steps from 0. */
  warmupEpochs: number;
  nEpochs: number;
}

/** A falling rate may start higher than a constant one, which calls for a warm-up. */
export function defaultWarmupEpochs(lrSchedule: LearningRateSchedule['lrSchedule']): number {
  return lrSchedule === 'cosine' ? 2 : 0;
}

/**
 * The learning rate of a step. Cosine: Loshchilov & Hutter, "SGDR", ICLR 2017, equation 5, with one period and minimum 0.
 * @param step counted from 1 over the whole training
 * @param stepsPerEpoch training steps in one epoch
 */
export function learningRateAt(
  step: number,
  stepsPerEpoch: number,
  { learningRate, lrSchedule, warmupEpochs, nEpochs }: LearningRateSchedule,
): number {
  const warmupSteps = Math.round(warmupEpochs * stepsPerEpoch);
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
  if (lrSchedule === 'constant') return learningRate;
  // From 0 at the first step after the warm-up; the last step is the last one that is still short of 1.
  const progress = (step - 1 - warmupSteps) / (nEpochs * stepsPerEpoch - warmupSteps);
  return (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
}
