import { expectedValue } from '../util/expected';

/** causal: an output sees inputs at or before its own time. centred: as many before as after, for an odd kernelSize. */
export type Context = 'causal' | 'centred';

/**
 * How the factors of the products are rounded. bf16: to bfloat16, 8 significant bits, while sums and everything else stay float32; about twice as fast
 * on a CPU with AMX or AMD's AVX512_BF16, no faster elsewhere. The backends native, cpu, wasm and tensorflow round alike; one without our kernels computes in float32.
 */
export type Precision = 'float32' | 'bf16';

export interface ConvolutionOptions {
  /** Distance in timesteps between the taps of the filter: an integer >= 1. */
  dilation: number;
  /** Default 'causal'. */
  context?: Context;
  /** Of the forward and the backward pass. Default 'float32'. */
  precision?: Precision;
}

export function checkPrecision(precision: Precision = 'float32'): Precision {
  if (precision !== 'float32' && precision !== 'bf16') {
    throw expectedValue("'float32' or 'bf16'", 'precision', precision);
  }
  return precision;
}

/** Zeros put in front of the input, so that the output has its length: tap k reads x at t - padLeft + k * dilation. */
export function padLeft(kernelSize: number, { dilation, context = 'causal' }: ConvolutionOptions): number {
  if (!Number.isInteger(dilation) || dilation < 1) throw expectedValue('an integer >= 1', 'dilation', dilation);
  const span = (kernelSize - 1) * dilation;
  switch (context) {
    case 'causal':
      return span;
    case 'centred':
      if (kernelSize % 2 === 0) throw expectedValue("an odd kernelSize with context 'centred'", 'filter', kernelSize);
      return span / 2;
    default:
      throw expectedValue("'causal' or 'centred'", 'context', context);
  }
}
