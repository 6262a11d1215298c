import * as tf from '@tensorflow/tfjs';
import type { NativeBackend } from './NativeBackend';

/** A kernel of ours in the place of the cpu backend's; undefined: not a case for it, let the cpu kernel do it. */
export type Override = (call: {
  inputs: tf.NamedTensorInfoMap & Record<string, tf.TensorInfo>;
  backend: NativeBackend;
  attrs: Record<string, unknown>;
}) => tf.TensorInfo | undefined;

/** What every override asks first: float32, and at least one element (the addon refuses empty axes). */
export function isDenseFloat32(...tensors: tf.TensorInfo[]): boolean {
  return tensors.every(({ dtype, shape }) => dtype === 'float32' && tf.util.sizeFromShape(shape) > 0);
}

/** The values of a float32 tensor; a cast from int32 leaves the integer array in place, which is copied. */
export function read(backend: NativeBackend, { dataId }: tf.TensorInfo): Float32Array {
  const values = backend.peek(dataId);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
