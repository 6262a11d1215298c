/** What is measured, as plain JSON: the lines of metrics.jsonl, the curves of the report and the printed protocol all come from these. */

/** Means over windows: `loss` = `classification` (binary cross-entropy of the weak scores) + `alignment` (docs/method.md section 4). */
export interface Losses {
  loss: number;
  classification: number;
  alignment: number;
}

/** Weak (window) figures. `precision`, `recall` and `f1` are at a given threshold; `bestF1` is the best of all thresholds, an oracle. */
export interface WeakMetrics {
  auc: number;
  auprc: number;
  bestF1: number;
  precision: number;
  recall: number;
  f1: number;
  threshold: number;
}

/** Dense (per-timestep) figures of the predicted segments. */
export interface DenseMetrics {
  f1: number;
  precision: number;
  recall: number;
  iou: number;
}

/** One split in evaluation mode. The dense figures are absent without point labels. */
export interface EvaluationRecord extends Losses {
  weak: WeakMetrics;
  /** Over all points, padding included: what the reference and its published figures count. */
  dense?: DenseMetrics;
  /** Over real points alone. */
  denseReal?: DenseMetrics;
}

export interface EpochRecord {
  /** From 1. */
  epoch: number;
  nEpochs: number;
  /** Training steps in one epoch. */
  steps: number;
  /** Wall time of the epoch: training and evaluation. */
  seconds: number;
  /** Mean over the windows as they were trained on, the weights moving from step to step (the reference's Train Loss). */
  train: Losses;
  /**
   * `weak.auc`, `auprc` and `bestF1` are over the split that early stopping watches: valid alone, or train and valid together.
   * `weak.precision`, `recall` and `f1` are of valid alone at the threshold in force BEFORE this epoch; `weak.threshold` is the one in force after it.
   */
  valid?: EvaluationRecord;
  /** At the threshold in force after this epoch. */
  test?: EvaluationRecord;
}
