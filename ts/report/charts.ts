import type { DenseMetrics, EpochRecord, EvaluationRecord } from '../training/records';
import type { Chart } from './ReportData';

type Read = (record: EpochRecord) => number | undefined;
type Line = Chart['lines'][number];

/** The curves of a run: losses, weak figures, dense figures. Lines that no epoch has a value for are left out, and charts without lines. */
export function makeCharts(records: EpochRecord[]): Chart[] {
  const epochs = records.map(({ epoch }) => epoch);
  const line = (name: string, read: Read, dashed?: boolean): Line => ({
    name,
    values: records.map((record) => read(record) ?? null),
    dashed,
  });
  const chart = (title: string, ...lines: Line[]): Chart => ({
    title,
    epochs,
    lines: lines.filter(({ values }) => values.some((value) => value !== null)),
  });
  const valid =
    (read: (evaluation: EvaluationRecord) => number): Read =>
    ({ valid }) =>
      valid && read(valid);
  const test =
    (read: (evaluation: EvaluationRecord) => number): Read =>
    ({ test }) =>
      test && read(test);
  const dense =
    (read: (figures: DenseMetrics) => number): Read =>
    ({ test }) =>
      test?.dense && read(test.dense);
  const denseReal =
    (read: (figures: DenseMetrics) => number): Read =>
    ({ test }) =>
      test?.denseReal && read(test.denseReal);

  return [
    chart(
      'Loss',
      line('train', ({ train }) => train.loss),
      line(
        'valid',
        valid(({ loss }) => loss),
      ),
      line(
        'test',
        test(({ loss }) => loss),
      ),
    ),
    chart(
      'Its parts',
      line('train classification', ({ train }) => train.classification),
      line('train alignment', ({ train }) => train.alignment),
      line(
        'valid classification',
        valid(({ classification }) => classification),
        true,
      ),
      line(
        'valid alignment',
        valid(({ alignment }) => alignment),
        true,
      ),
    ),
    chart(
      'Windows (weak labels)',
      line(
        'valid best F1',
        valid(({ weak }) => weak.bestF1),
      ),
      line(
        'test F1',
        test(({ weak }) => weak.f1),
      ),
      line(
        'test AUC',
        test(({ weak }) => weak.auc),
      ),
      line(
        'test AUPRC',
        test(({ weak }) => weak.auprc),
      ),
      line(
        'threshold',
        valid(({ weak }) => weak.threshold),
        true,
      ),
    ),
    chart(
      'Timesteps of the test split (point labels)',
      line(
        'F1, real points',
        denseReal(({ f1 }) => f1),
      ),
      line(
        'IoU, real points',
        denseReal(({ iou }) => iou),
      ),
      line(
        'F1, all points',
        dense(({ f1 }) => f1),
        true,
      ),
      line(
        'IoU, all points',
        dense(({ iou }) => iou),
        true,
      ),
    ),
  ].filter(({ lines }) => lines.length > 0);
}
