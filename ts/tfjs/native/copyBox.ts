import * as tf from '@tensorflow/tfjs';

/** A box within a dense array: where it starts on each axis. */
interface Place {
  array: Float32Array;
  shape: number[];
  start: number[];
}

/** Copies a box of that shape from one dense array into another, by runs as long as both hold them in one piece. */
export function copyBox(box: number[], from: Place, to: Place): void {
  let inner = box.length;
  let run = 1;
  // A run may take in an axis whenever all axes after it are whole in both arrays.
  while (inner > 0) {
    inner--;
    run *= box[inner];
    if (box[inner] !== from.shape[inner] || box[inner] !== to.shape[inner]) break;
  }
  const fromStrides = strides(from.shape);
  const toStrides = strides(to.shape);
  const runs = tf.util.sizeFromShape(box.slice(0, inner));
  const index = new Array<number>(inner).fill(0);
  for (let r = 0; r < runs; r++) {
    const source = offset(from.start, index, fromStrides);
    to.array.set(from.array.subarray(source, source + run), offset(to.start, index, toStrides));
    for (let axis = inner - 1; axis >= 0 && ++index[axis] === box[axis]; axis--) index[axis] = 0;
  }
}

function offset(start: number[], index: number[], stride: number[]): number {
  return start.reduce((sum, first, axis) => sum + (first + (index[axis] ?? 0)) * stride[axis], 0);
}

function strides(shape: number[]): number[] {
  const result = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) result[axis] = result[axis + 1] * shape[axis + 1];
  return result;
}
