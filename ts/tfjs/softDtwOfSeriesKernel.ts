import * as tf from '@tensorflow/tfjs';
import type { DeviceCode, PointCostCode, WarpingPaths } from '../native/NativeBinding';
import { loadBinding } from '../native/loadBinding';
import type { KernelDefinition } from './kernelRegistration';
import { scalePairs } from './softDtwKernel';

export interface SoftDtwOfSeriesAttributes {
  kind: PointCostCode;
  gamma: number;
  paths: WarpingPaths;
  /** [B], the real length of each series; null where all are full. */
  xLengths: Int32Array | null;
  yLengths: Int32Array | null;
  device: DeviceCode;
}

/** x [B, rows, channels], y [B, cols, channels] -> value [B] and, with `withGradient`, d value / d x and d value / d y. No cost matrix is kept in memory. */
export const softDtwOfSeriesKernel: KernelDefinition<SoftDtwOfSeriesAttributes & { withGradient: boolean }> = {
  kernelName: 'SoftDtwOfSeries',
  outputShapes: ({ x, y }, { withGradient }) => [[x.shape[0]], ...(withGradient ? [x.shape, y.shape] : [])],
  saved: [false, true, true],
  run(read, [value, dx = null, dy = null], { x, y }, { kind, gamma, paths, xLengths, yLengths, device }) {
    const [batch, rows, channels] = x.shape;
    const [, cols] = y.shape;
    loadBinding().softDtw(
      ...([0 as const, batch, rows, batch, cols, channels, kind, read('x'), read('y'), xLengths, yLengths] as const),
      ...paths,
      gamma,
      device,
      value,
      dx,
      dy,
      null,
    );
  },
};

/** gradient of the series `of` [B, length, channels], dy [B] -> their product. x and y are inputs for their shapes and their place on the tape. */
export const softDtwOfSeriesGradKernel: KernelDefinition<{ of: 'x' | 'y' }> = {
  kernelName: 'SoftDtwOfSeriesGrad',
  outputShapes: (inputs, { of }) => [inputs[of].shape],
  run: (read, [output]) => scalePairs(read('gradient'), read('dy'), output),
};

export const softDtwOfSeriesGradient: tf.GradConfig = {
  kernelName: softDtwOfSeriesKernel.kernelName,
  inputsToSave: ['x', 'y'],
  outputsToSave: softDtwOfSeriesKernel.saved,
  gradFunc(dys, [x, y, ofX, ofY]) {
    const [dy] = dys as tf.Tensor[];
    const scaled = (of: 'x' | 'y', gradient: tf.Tensor) => {
      const inputs = { x, y, gradient, dy };
      return (tf.engine().runKernel(softDtwOfSeriesGradKernel.kernelName, inputs, { of }) as unknown as tf.Tensor[])[0];
    };
    return { x: () => scaled('x', ofX), y: () => scaled('y', ofY) };
  },
};
