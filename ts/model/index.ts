export type { Windows } from '../data/windows';
export type { EpochRecord, EvaluationRecord } from '../training/records';
export type { WetasConfig } from './config';
export { defaultConfig, wetasConfigSchema } from './config';
export type { Scoring } from './inference';
export type { Segment } from './segmentation';
export type { StreamOptions, StreamWindow, WetasStream } from './stream';
export type { FitOptions, Segmentation, SegmentOptions } from './wetas';
export { Wetas } from './wetas';
