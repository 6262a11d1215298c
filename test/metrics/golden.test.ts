import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { averagePrecision, bestF1, confusion, f1, iou, precision, recall, rocAuc } from '../../ts/metrics';

const file = path.join(__dirname, '..', '..', '..', 'shared', 'fixtures', 'wetas_cases.json');
const describeWithFixtures = existsSync(file) ? describe : describe.skip;

interface MetricCase {
  scores: number[];
  labels: number[];
  auc: number;
  auprc: number;
  bestF1?: number;
  bestThreshold?: number;
  atHalf: { precision: number; recall: number; f1: number; iou: number };
}

describeWithFixtures('golden metric cases', () => {
  const cases: MetricCase[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).metrics : [];

  test('there are six', () => expect(cases).toHaveLength(6));

  test.each(cases.map((metricCase, index) => ({ index, metricCase })))('case $index', ({ metricCase }) => {
    const { scores, labels } = metricCase;
    expect(Math.abs(rocAuc(scores, labels) - metricCase.auc)).toBeLessThan(1e-6);
    expect(Math.abs(averagePrecision(scores, labels) - metricCase.auprc)).toBeLessThan(1e-6);

    const best = bestF1(scores, labels);
    if (metricCase.bestF1 !== undefined) {
      expect(Math.abs(best.f1 - metricCase.bestF1)).toBeLessThan(1e-6);
      expect(Math.abs(best.threshold - metricCase.bestThreshold!)).toBeLessThan(1e-6);
    }

    const counts = confusion(
      scores.map((s) => (s >= 0.5 ? 1 : 0)),
      labels,
    );
    for (const [metric, name] of [
      [precision, 'precision'],
      [recall, 'recall'],
      [f1, 'f1'],
      [iou, 'iou'],
    ] as const) {
      expect(Math.abs(metric(counts) - metricCase.atHalf[name])).toBeLessThan(1e-6);
    }
  });
});
