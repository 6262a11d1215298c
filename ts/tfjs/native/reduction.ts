import * as tf from '@tensorflow/tfjs';
import { loadBinding } from '../../native/loadBinding';
import { type Override, isDenseFloat32, read } from './override';

export const sum = reduction(() => 1);
export const mean = reduction((reduced) => 1 / reduced);

/** Over axes that stand together: the tensor is [outer, reduced, inner] then. */
function reduction(scale: (reduced: number) => number): Override {
  return ({ inputs: { x }, backend, attrs }) => {
    if (!isDenseFloat32(x)) return undefined;
    const { axis, keepDims } = attrs as { axis: number | number[]; keepDims: boolean };
    const axes = tf.util.parseAxisParam(axis, x.shape).sort((p, q) => p - q);
    const together = axes.length > 0 && axes.every((value, index) => value === axes[0] + index);
    if (!together) return undefined;

    const outer = tf.util.sizeFromShape(x.shape.slice(0, axes[0]));
    const reduced = tf.util.sizeFromShape(axes.map((value) => x.shape[value]));
    const inner = tf.util.sizeFromShape(x.shape.slice(axes[0] + axes.length));
    const shape = keepDims
      ? tf.backend_util.expandShapeToKeepDim(
          x.shape.filter((_, index) => !axes.includes(index)),
          axes,
        )
      : x.shape.filter((_, index) => !axes.includes(index));
    const { info, array } = backend.makePooled(shape);
    loadBinding().sumAxis(outer, reduced, inner, scale(reduced), read(backend, x), array);
    return info;
  };
}
