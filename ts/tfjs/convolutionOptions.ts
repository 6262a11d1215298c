import { expectedValue } from '../util/expected';

/** causal: an output sees inputs at or before its own time. centred: as many before as after, for an odd kernelSize. */
export type Context = 'causal' | 'centred';

export interface ConvolutionOptions {
  /** Distance in timesteps between the taps of the filter: an integer >= 1. */
  dilation: number;
  /** Default 'causal'. */
  context?: Context;
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
