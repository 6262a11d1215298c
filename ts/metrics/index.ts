export { rocAuc } from './rocAuc';
export { averagePrecision } from './averagePrecision';
export { bestF1 } from './bestF1';
export { confusion, precision, recall, f1, iou } from './confusion';
export type { Confusion } from './confusion';
