import { makeCharts } from '../../ts/report/charts';
import { figureTable } from '../../ts/report/figureTable';
import type { EpochRecord, EvaluationRecord } from '../../ts/training/records';

const losses = { loss: 0.5, classification: 0.4, alignment: 0.1 };
const weak = { auc: 0.9, auprc: 0.8, bestF1: 0.75, precision: 0.7, recall: 0.6, f1: 0.65, threshold: 0.3 };
const dense = { f1: 0.5, precision: 0.4, recall: 0.3, iou: 0.2 };
const labelled: EvaluationRecord = { ...losses, weak, dense, denseReal: { ...dense, f1: 0.55 } };
const weakOnly: EvaluationRecord = { ...losses, weak };
const epoch = (number: number, more: Partial<EpochRecord>): EpochRecord => ({
  epoch: number,
  nEpochs: 2,
  steps: 1,
  seconds: 1,
  train: losses,
  ...more,
});

describe('figureTable', () => {
  test('sets splits side by side, with a dash where one has no figure', () => {
    const { columns, rows } = figureTable([
      { name: 'valid', record: weakOnly },
      { name: 'test', record: labelled },
    ]);
    expect(columns).toEqual(['valid', 'test']);
    const cells = Object.fromEntries(rows.map((row) => [row.name, row.cells]));
    expect(cells['windows: F1']).toEqual(['0.6500', '0.6500']);
    expect(cells['real points: F1']).toEqual(['–', '0.5500']);
    expect(cells['all points, padding included: F1']).toEqual(['–', '0.5000']);
  });

  test('leaves out the dense figures where no split has them', () => {
    const { rows } = figureTable([{ name: 'valid', record: weakOnly }]);
    expect(rows.map(({ name }) => name.trim())).not.toContain('IoU');
  });
});

describe('makeCharts', () => {
  test('draws losses, weak and dense figures over the epochs', () => {
    const charts = makeCharts([
      epoch(1, { valid: weakOnly, test: labelled }),
      epoch(2, { valid: weakOnly, test: labelled }),
    ]);
    expect(charts.map(({ title, epochs }) => [title, epochs])).toEqual([
      ['Loss', [1, 2]],
      ['Its parts', [1, 2]],
      ['Windows (weak labels)', [1, 2]],
      ['Timesteps of the test split (point labels)', [1, 2]],
    ]);
    const denseLines = charts[3].lines.map(({ name, values }) => [name, values[0]]);
    expect(denseLines).toEqual([
      ['F1, real points', 0.55],
      ['IoU, real points', 0.2],
      ['F1, all points', 0.5],
      ['IoU, all points', 0.2],
    ]);
  });

  test('has neither charts nor lines of what was not measured', () => {
    const charts = makeCharts([epoch(1, {})]);
    expect(charts.map(({ title, lines }) => [title, lines.map(({ name }) => name)])).toEqual([
      ['Loss', ['train']],
      ['Its parts', ['train classification', 'train alignment']],
    ]);
  });
});
