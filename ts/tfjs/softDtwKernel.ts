import { BinaryOp, type StepPatternCode } from '../native/NativeBinding';
import { loadBinding } from '../native/loadBinding';
import type { KernelDefinition } from './kernelRegistration';

export interface SoftDtwAttributes {
  gamma: number;
  pattern: StepPatternCode;
}

/** cost [B, rows, cols] -> value [B] and, with `withGradient`, E [B, rows, cols] */
export const softDtwKernel: KernelDefinition<SoftDtwAttributes & { withGradient: boolean }> = {
  kernelName: 'SoftDtw',
  outputShapes: ({ cost }, { withGradient }) => (withGradient ? [[cost.shape[0]], cost.shape] : [[cost.shape[0]]]),
  run(read, [value, gradient], { cost }, { gamma, pattern, withGradient }) {
    const [batch, rows, cols] = cost.shape;
    const binding = loadBinding();
    if (withGradient) binding.softDtwGradient(batch, rows, cols, pattern, gamma, read('cost'), value, gradient);
    else binding.softDtwForward(batch, rows, cols, pattern, gamma, read('cost'), value);
  },
};

/** E [B, rows, cols], dy [B] -> dCost = E dy. `cost` is an input for its place on the tape alone. */
export const softDtwGradKernel: KernelDefinition<object> = {
  kernelName: 'SoftDtwGrad',
  outputShapes: ({ gradient }) => [gradient.shape],
  run(read, [dCost], { gradient: { shape } }) {
    const [batch, rows, cols] = shape;
    const size = rows * cols;
    const gradient = read('gradient');
    const dy = read('dy');
    for (let b = 0; b < batch; b++) {
      const pair = gradient.subarray(b * size, (b + 1) * size);
      const dPair = dCost.subarray(b * size, (b + 1) * size);
      loadBinding().binaryScalar(BinaryOp.Multiply, size, false, dy[b], pair, dPair);
    }
  },
};
