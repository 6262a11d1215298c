import * as tf from '@tensorflow/tfjs';
import { copyBox } from './copyBox';
import { type Override, isDenseFloat32, read } from './override';

/** Always a copy: the cpu kernel's alias would keep the whole of x from being reused. */
export const slice: Override = ({ inputs: { x }, backend, attrs }) => {
  if (!isDenseFloat32(x)) return undefined;
  const { begin, size } = attrs as { begin: number | number[]; size: number | number[] };
  const [start, shape] = tf.slice_util.parseSliceParams(x, begin, size);
  tf.slice_util.assertParamsValid(x, start, shape);
  if (tf.util.sizeFromShape(shape) === 0) return undefined;
  const { info, array } = backend.makePooled(shape);
  copyBox(shape, { array: read(backend, x), shape: x.shape, start }, { array, shape, start: shape.map(() => 0) });
  return info;
};
