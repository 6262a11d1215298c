import { loadBinding } from '../native/loadBinding';
import type { FloatArray, PointCostCode } from '../native/NativeBinding';
import { zerosLike, type CostBatch, type DenseBatch } from './series';

/** The costs between all points of each pair: [batch, length of x, length of y]. */
export function costMatrix<A extends FloatArray>(
  x: DenseBatch<A>,
  y: DenseBatch<A>,
  kind: PointCostCode,
): CostBatch<A> {
  const [batch, rows, channels] = x.shape;
  const cols = y.shape[1];
  const cost = zerosLike(x.data, batch * rows * cols);
  loadBinding().pointCost(batch, rows, cols, channels, kind, x.data, y.data, cost);
  return { cost, shape: [batch, rows, cols] };
}

/** The adjoint of costMatrix: from d value / d cost to the gradients of the series asked for. */
export function costMatrixGradient<A extends FloatArray>(
  x: DenseBatch<A>,
  y: DenseBatch<A>,
  kind: PointCostCode,
  gradient: A,
  wanted: { x: boolean; y: boolean },
): { x?: A; y?: A } {
  const [batch, rows, channels] = x.shape;
  const result = {
    ...(wanted.x && { x: zerosLike(x.data, x.data.length) }),
    ...(wanted.y && { y: zerosLike(y.data, y.data.length) }),
  };
  loadBinding().pointCostGradient(
    batch,
    rows,
    y.shape[1],
    channels,
    kind,
    x.data,
    y.data,
    gradient,
    result.x ?? null,
    result.y ?? null,
  );
  return result;
}
