import type { EvaluationRecord } from '../training/records';
import type { FigureTable } from './ReportData';

type Read = (record: EvaluationRecord) => number | undefined;

const ROWS: [name: string, read: Read][] = [
  ['loss', (r) => r.loss],
  ['  classification', (r) => r.classification],
  ['  alignment', (r) => r.alignment],
  ['windows: F1', (r) => r.weak.f1],
  ['  precision', (r) => r.weak.precision],
  ['  recall', (r) => r.weak.recall],
  ['  threshold', (r) => r.weak.threshold],
  ['  F1 at its own best threshold (oracle)', (r) => r.weak.bestF1],
  ['  AUC', (r) => r.weak.auc],
  ['  AUPRC', (r) => r.weak.auprc],
  ['real points: F1', (r) => r.denseReal?.f1],
  ['  precision', (r) => r.denseReal?.precision],
  ['  recall', (r) => r.denseReal?.recall],
  ['  IoU', (r) => r.denseReal?.iou],
  ['all points, padding included: F1', (r) => r.dense?.f1],
  ['  precision', (r) => r.dense?.precision],
  ['  recall', (r) => r.dense?.recall],
  ['  IoU', (r) => r.dense?.iou],
];

/** The figures of some splits side by side; rows without a figure (no point labels) are left out. */
export function figureTable(splits: { name: string; record: EvaluationRecord }[]): FigureTable {
  const rows = ROWS.map(([name, read]) => ({ name, values: splits.map(({ record }) => read(record)) }));
  return {
    columns: splits.map(({ name }) => name),
    rows: rows
      .filter(({ values }) => values.some((value) => value !== undefined))
      .map(({ name, values }) => ({ name, cells: values.map((value) => value?.toFixed(4) ?? '–') })),
  };
}
