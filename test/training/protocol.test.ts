import { formatEpoch } from '../../ts/training/protocol';
import type { EpochRecord } from '../../ts/training/records';

const losses = { loss: 0.5309245, classification: 0.4488494, alignment: 0.0820751 };
const record: EpochRecord = {
  epoch: 25,
  nEpochs: 200,
  steps: 15,
  seconds: 22,
  train: { loss: 0.561529, classification: 0.482434, alignment: 0.079095 },
  valid: {
    ...losses,
    weak: {
      auc: 0.850989,
      auprc: 0.53764,
      bestF1: 0.597938,
      precision: 0.547619,
      recall: 0.605263,
      f1: 0.575,
      threshold: 0.214676,
    },
  },
  test: {
    ...losses,
    weak: {
      auc: 0.89469,
      auprc: 0.655222,
      bestF1: 0.634146,
      precision: 0.418182,
      recall: 0.901961,
      f1: 0.571,
      threshold: 0.214676,
    },
    dense: { f1: 0.040875, precision: 0.061622, recall: 0.030579, iou: 0.020864 },
    denseReal: { f1: 0.1, precision: 0.1, recall: 0.1, iou: 0.1 },
  },
};

describe('formatEpoch', () => {
  test("is the reference's four lines", () => {
    expect(formatEpoch(record)).toEqual([
      'Epoch [25/200], step [15/15], Train Loss : 0.561529 (BCE : 0.482434, DTW : 0.079095), Valid loss : 0.530925 (BCE : 0.448849, DTW : 0.082075)',
      'Valid (WEAK) AUC : 0.850989, AUPRC : 0.537640, Best F1 : 0.597938, Precision : 0.547619, Recall : 0.605263, threshold : 0.214676',
      'Test (WEAK) AUC : 0.894690, AUPRC : 0.655222, Best F1 : 0.634146, Precision : 0.418182, Recall : 0.901961',
      'Test (DENSE) F1 : 0.040875, Precision : 0.061622, Recall : 0.030579, IoU : 0.020864',
    ]);
  });

  test('leaves out what has no labels', () => {
    const { valid, test, ...train } = record;
    const [first] = formatEpoch(train);
    expect(formatEpoch(train)).toEqual([
      'Epoch [25/200], step [15/15], Train Loss : 0.561529 (BCE : 0.482434, DTW : 0.079095)',
    ]);
    expect(formatEpoch({ ...train, test })).toHaveLength(3);
    expect(formatEpoch({ ...train, test })[0]).toBe(first);
    expect(formatEpoch({ ...train, valid })).toHaveLength(2);
    expect(formatEpoch({ ...record, test: { ...test!, dense: undefined } })).toHaveLength(3);
  });
});
