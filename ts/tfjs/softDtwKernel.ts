import * as tf from '@tensorflow/tfjs';
import { BinaryOp, type CostPairs, type DeviceCode, type WarpingPaths } from '../native/NativeBinding';
import { loadBinding } from '../native/loadBinding';
import type { KernelDefinition } from './kernelRegistration';

export interface SoftDtwAttributes {
  gamma: number;
  paths: WarpingPaths;
  /** [B, 2], real rows and columns of each pair; null where all are full. */
  sizes: Int32Array | null;
  device: DeviceCode;
}

/** cost [B, rows, cols] -> value [B] and, with `withGradient`, E [B, rows, cols] */
export const softDtwKernel: KernelDefinition<SoftDtwAttributes & { withGradient: boolean }> = {
  kernelName: 'SoftDtw',
  outputShapes: ({ cost }, { withGradient }) => (withGradient ? [[cost.shape[0]], cost.shape] : [[cost.shape[0]]]),
  run(read, [value, expected = null], { cost }, { gamma, paths, sizes, device }) {
    loadBinding().softDtwFromCost(...costPairs(cost, read('cost'), sizes), ...paths, gamma, device, value, expected);
  },
};

/** E [B, rows, cols], dy [B] -> dCost = E dy. `cost` is an input for its place on the tape alone. */
export const softDtwGradKernel: KernelDefinition<object> = {
  kernelName: 'SoftDtwGrad',
  outputShapes: ({ expected }) => [expected.shape],
  run: (read, [dCost]) => scalePairs(read('expected'), read('dy'), dCost),
};

/** cost, direction [B, rows, cols], dy [B] -> the derivative of dCost along `direction`: H direction dy, with H = d E / d cost. */
export const softDtwHessianProductKernel: KernelDefinition<SoftDtwAttributes> = {
  kernelName: 'SoftDtwHessianProduct',
  outputShapes: ({ cost }) => [cost.shape],
  run(read, [product], { cost }, { gamma, paths, sizes }) {
    const pairs = costPairs(cost, read('cost'), sizes);
    loadBinding().softDtwHessianProduct(...pairs, ...paths, gamma, read('direction'), product);
    scalePairs(product.slice(), read('dy'), product);
  },
};

export const softDtwGradient: tf.GradConfig = {
  kernelName: softDtwKernel.kernelName,
  inputsToSave: ['cost'],
  outputsToSave: [false, true],
  gradFunc(dys, [cost, expected], attributes) {
    const [dy] = dys as tf.Tensor[];
    return {
      cost: () => {
        const inputs = { cost, expected, dy };
        return (tf.engine().runKernel(softDtwGradKernel.kernelName, inputs, attributes) as unknown as tf.Tensor[])[0];
      },
    };
  },
};

/** Mensch & Blondel, "Differentiable Dynamic Programming for Structured Prediction and Attention", ICML 2018: the gradient of a gradient. */
export const softDtwGradGradient: tf.GradConfig = {
  kernelName: softDtwGradKernel.kernelName,
  inputsToSave: ['cost', 'expected', 'dy'],
  gradFunc(dCost, [cost, expected, dy], attributes) {
    const direction = dCost as tf.Tensor;
    return {
      cost: () => {
        const inputs = { cost, direction, dy };
        const { kernelName } = softDtwHessianProductKernel;
        return (tf.engine().runKernel(kernelName, inputs, attributes) as unknown as tf.Tensor[])[0];
      },
      dy: () => tf.sum(tf.mul(direction, expected), [1, 2]),
    };
  },
};

/** output = values [B, ...] times factors [B] */
export function scalePairs(values: Float32Array, factors: Float32Array, output: Float32Array): void {
  const [pairs, size] = [factors.length, values.length / factors.length];
  loadBinding().binaryColumn(BinaryOp.Multiply, pairs, size, false, values, factors, output);
}

function costPairs({ shape }: tf.TensorInfo, cost: Float32Array, sizes: Int32Array | null): CostPairs {
  const [batch, rows, cols] = shape;
  return [batch, rows, cols, cost, sizes];
}
