import * as tf from '@tensorflow/tfjs';
import type { Windows } from '../data';

/** What the losses need of some windows besides the network's output. */
export interface BatchLabels {
  /** [B] of 0 and 1 */
  weakLabel: tf.Tensor1D;
  /** [B, T], 1 at real points; absent where padding counts as data. */
  mask?: tf.Tensor2D;
}

export interface Batch extends BatchLabels {
  /** [B, T, C] */
  x: tf.Tensor3D;
}

/**
 * The windows of `indices`, in that order.
 * @param mask [n, T] of all windows
 */
export function makeBatch(windows: Windows, mask: Float32Array | undefined, indices: Int32Array): Batch {
  const [, length, channels] = windows.shape;
  return {
    x: tf.tensor3d(gather(windows.data, length * channels, indices), [indices.length, length, channels]),
    weakLabel: tf.tensor1d(Float32Array.from(indices, (index) => windows.weakLabel![index])),
    mask: mask && tf.tensor2d(gather(mask, length, indices), [indices.length, length]),
  };
}

function gather(data: Float32Array, rowSize: number, indices: Int32Array): Float32Array {
  const rows = new Float32Array(indices.length * rowSize);
  indices.forEach((index, b) => rows.set(data.subarray(index * rowSize, (index + 1) * rowSize), b * rowSize));
  return rows;
}
