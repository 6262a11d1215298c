export { DataError } from './dataError';
export { loadDataset } from './loadDataset';
export type { Dataset, DatasetOptions } from './loadDataset';
export { readSeries } from './readSeries';
export { fitScaler } from './scaler';
export type { Scaler } from './scaler';
export type { Series } from './series';
export { makeWindows } from './windows';
export type { Padding, Windows } from './windows';
