import * as tf from '@tensorflow/tfjs';
import { pointCostComposite } from './pointCostComposite';
import { hasKernel } from './register';
import { pointCostCode, type SoftDtwOptions } from './softDtwOptions';

/** Cost of every point of x [B, rows, channels] against every point of y [B, cols, channels]: [B, rows, cols]. Internal: its callers have checked x and y. */
export function pointCost(
  x: tf.Tensor3D,
  y: tf.Tensor3D,
  kind: SoftDtwOptions['cost'] = 'squaredEuclidean',
): tf.Tensor3D {
  const attributes = { kind: pointCostCode(kind) };
  if (!hasKernel('PointCost')) return pointCostComposite(x, y, kind);
  return (tf.engine().runKernel('PointCost', { x, y }, attributes) as unknown as tf.Tensor3D[])[0];
}
