export type { BackendName } from './backends';
export { useBackend } from './backends';
export type { Context, ConvolutionOptions } from './convolutionOptions';
export { dilatedConv1d } from './dilatedConv1d';
export { register } from './register';
export type { ResidualBlockOptions, ResidualBlockWeights } from './residualBlock';
export { residualBlock } from './residualBlock';
export type { TensorSoftDtwOptions } from './softDtw';
export { softDtw, softDtwFromCost } from './softDtw';
