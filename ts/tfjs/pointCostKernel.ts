import type { PointCostCode } from '../native/NativeBinding';
import { loadBinding } from '../native/loadBinding';
import type { KernelDefinition } from './kernelRegistration';

export interface PointCostAttributes {
  kind: PointCostCode;
}

/** x [B, rows, channels], y [B, cols, channels] -> cost [B, rows, cols] */
export const pointCostKernel: KernelDefinition<PointCostAttributes> = {
  kernelName: 'PointCost',
  outputShapes: ({ x, y }) => [[x.shape[0], x.shape[1], y.shape[1]]],
  run(read, [cost], { x, y }, { kind }) {
    const [batch, rows, channels] = x.shape;
    loadBinding().pointCost(batch, rows, y.shape[1], channels, kind, read('x'), read('y'), cost);
  },
};

/** x, y, dCost [B, rows, cols] -> dx, dy */
export const pointCostGradKernel: KernelDefinition<PointCostAttributes> = {
  kernelName: 'PointCostGrad',
  outputShapes: ({ x, y }) => [x.shape, y.shape],
  run(read, [dx, dy], { x, y }, { kind }) {
    const [batch, rows, channels] = x.shape;
    const [, cols] = y.shape;
    loadBinding().pointCostGradient(batch, rows, cols, channels, kind, read('x'), read('y'), read('dCost'), dx, dy);
  },
};
