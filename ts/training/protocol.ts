import type { DenseMetrics, EpochRecord, Losses, WeakMetrics } from './records';

/** The reference's four lines of an epoch, in its words (docs/method.md section 6). A line whose split or labels are absent is left out. */
export function formatEpoch({ epoch, nEpochs, steps, train, valid, test }: EpochRecord): string[] {
  const losses = [`Train Loss : ${formatLosses(train)}`, ...(valid ? [`Valid loss : ${formatLosses(valid)}`] : [])];
  const lines = [`Epoch [${epoch}/${nEpochs}], step [${steps}/${steps}], ${losses.join(', ')}`];
  if (valid) lines.push(`Valid (WEAK) ${formatWeak(valid.weak)}, threshold : ${figure(valid.weak.threshold)}`);
  if (test) lines.push(`Test (WEAK) ${formatWeak(test.weak)}`);
  if (test?.dense) lines.push(`Test (DENSE) ${formatDense(test.dense)}`);
  return lines;
}

/** `AUC : 0.850989, AUPRC : 0.537640, Best F1 : 0.597938, Precision : 0.547619, Recall : 0.605263` */
export function formatWeak({ auc, auprc, bestF1, precision, recall }: WeakMetrics): string {
  return figures([
    ['AUC', auc],
    ['AUPRC', auprc],
    ['Best F1', bestF1],
    ['Precision', precision],
    ['Recall', recall],
  ]);
}

/** `F1 : 0.040875, Precision : 0.061622, Recall : 0.030579, IoU : 0.020864` */
export function formatDense({ f1, precision, recall, iou }: DenseMetrics): string {
  return figures([
    ['F1', f1],
    ['Precision', precision],
    ['Recall', recall],
    ['IoU', iou],
  ]);
}

function formatLosses({ loss, classification, alignment }: Losses): string {
  return `${figure(loss)} (BCE : ${figure(classification)}, DTW : ${figure(alignment)})`;
}

function figures(named: [name: string, value: number][]): string {
  return named.map(([name, value]) => `${name} : ${figure(value)}`).join(', ');
}

function figure(value: number): string {
  return value.toFixed(6);
}
