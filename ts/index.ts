/** DTW and soft-DTW on typed arrays. Loads the native addon at the first call, and no TensorFlow.js. */
export type { FloatArray } from './native/NativeBinding';
export { deviceInfo, setThreads } from './native/device';
export { dtw, dtwFromCost, dtwPath } from './dtw/dtw';
export { dtwAlign, labelPosterior } from './dtw/dtwAlign';
export type { CostKind, DtwOptions, SoftDtwOptions, StepPattern } from './dtw/options';
export type { Batch, CostBatch, Series, SeriesBatch } from './dtw/series';
export {
  softDtw,
  softDtwFromCost,
  softDtwGradient,
  softDtwGradientFromCost,
  type SoftDtwGradient,
} from './dtw/softDtw';
