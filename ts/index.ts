/** DTW and soft-DTW on typed arrays. Loads the native addon at the first call, and no TensorFlow.js. */
export type { FloatArray } from './native/NativeBinding';
export { deviceInfo, setThreads } from './native/device';
export type { Device } from './native/environment';
export { accumulatedCost, accumulatedCostAsync } from './dtw/accumulatedCost';
export type { AsyncOptions } from './dtw/async';
export type { BarycenterOptions } from './dtw/barycenter';
export type { CostBatch } from './dtw/costs';
export { dbaBarycenter, dbaBarycenterAsync, type DbaBarycenterOptions } from './dtw/dbaBarycenter';
export { dtw, dtwAsync, dtwFromCost, dtwFromCostAsync } from './dtw/dtw';
export type { DeviceOptions } from './dtw/device';
export { dtwAlign, dtwAlignAsync, labelPosterior, labelPosteriorAsync, type PosteriorOptions } from './dtw/dtwAlign';
export { dtwPath, dtwPathAsync, dtwPathFromCost, dtwPathFromCostAsync } from './dtw/dtwPath';
export { nearest, nearestAsync, type NearestOptions } from './dtw/nearest';
export type { CostKind, DtwOptions, SoftDtwOptions, StepPattern, WarpingOptions } from './dtw/options';
export type { OutOption } from './dtw/out';
export { pairwise, pairwiseAsync, type PairwiseOptions } from './dtw/pairwise';
export type { Batch, Series, SeriesBatch } from './dtw/series';
export { softBarycenter, softBarycenterAsync, type SoftBarycenterOptions } from './dtw/softBarycenter';
export { softDtw, softDtwAsync, softDtwFromCost, softDtwFromCostAsync } from './dtw/softDtw';
export { softDtwDivergence, softDtwDivergenceAsync, type DivergenceOptions } from './dtw/softDtwDivergence';
export {
  softAlignment,
  softAlignmentAsync,
  softDtwGradient,
  softDtwGradientAsync,
  softDtwGradientFromCost,
  softDtwGradientFromCostAsync,
  type GradientOptions,
  type SoftDtwGradient,
} from './dtw/softDtwGradient';
export { subsequence, subsequenceAsync, type Match, type SubsequenceOptions } from './dtw/subsequence';
