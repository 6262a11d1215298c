import * as tf from '@tensorflow/tfjs';
import type { PointCostCode } from '../native/NativeBinding';
import { pointCostComposite } from './pointCostComposite';
import { hasKernel } from './register';

/** Cost of every point of x [B, rows, channels] against every point of y [B, cols, channels]: [B, rows, cols]. Its callers have checked x and y. */
export function pointCost(x: tf.Tensor3D, y: tf.Tensor3D, kind: PointCostCode): tf.Tensor3D {
  if (!hasKernel('PointCost')) return pointCostComposite(x, y, kind);
  return (tf.engine().runKernel('PointCost', { x, y }, { kind }) as unknown as tf.Tensor3D[])[0];
}
