export type { BackendName } from './backends';
export { useBackend } from './backends';
export type { Context, ConvolutionOptions } from './convolutionOptions';
export { dilatedConv1d } from './dilatedConv1d';
export { register } from './register';
export type { ResidualBlockOptions, ResidualBlockWeights } from './residualBlock';
export { residualBlock } from './residualBlock';
export { softDtw, softDtwFromCost } from './softDtw';
export type { SoftDtwOptions } from './softDtwOptions';
