import * as tf from '@tensorflow/tfjs';
import { BinaryOp } from '../../native/NativeBinding';
import { loadBinding } from '../../native/loadBinding';
import { type Override, isDenseFloat32, read } from './override';

/** Same shape, a scalar, a row repeated over the leading axes, or a column over the last ones; other broadcasts are left to the cpu kernel. */
export function binary(op: BinaryOp): Override {
  return ({ inputs: { a, b }, backend }) => {
    if (!isDenseFloat32(a, b)) return undefined;
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const size = tf.util.sizeFromShape(shape);
    const sizeA = tf.util.sizeFromShape(a.shape);
    const sizeB = tf.util.sizeFromShape(b.shape);
    const binding = loadBinding();

    if (sizeA === size && sizeB === size) {
      const { info, array } = backend.makePooled(shape);
      binding.binary(op, size, read(backend, a), read(backend, b), array);
      return info;
    }
    // One of the two has the output's size, or the shapes broadcast both ways and are none of ours.
    const aIsSmall = sizeB === size;
    if (!aIsSmall && sizeA !== size) return undefined;
    const [small, large] = aIsSmall ? [a, b] : [b, a];
    const cols = tf.util.sizeFromShape(small.shape);
    if (cols === 1) {
      const { info, array } = backend.makePooled(shape);
      binding.binaryScalar(op, size, aIsSmall, read(backend, small)[0], read(backend, large), array);
      return info;
    }
    const [row, column] = [isRow(small.shape, shape), isColumn(small.shape, shape)];
    if (!row && !column) return undefined;
    const { info, array } = backend.makePooled(shape);
    const values = read(backend, small);
    if (row) binding.binaryRow(op, size / cols, cols, aIsSmall, read(backend, large), values, array);
    else binding.binaryColumn(op, values.length, size / values.length, aIsSmall, read(backend, large), values, array);
    return info;
  };
}

/** Whether a shape, without its leading ones, is the end of the other. */
function isRow(small: number[], shape: number[]): boolean {
  const first = small.findIndex((size) => size !== 1);
  const row = small.slice(first);
  return tf.util.arraysEqual(row, shape.slice(shape.length - row.length));
}

/** Whether a shape of as many axes, without its last ones, is the beginning of the other. */
function isColumn(small: number[], shape: number[]): boolean {
  if (small.length !== shape.length) return false;
  const end = small.findLastIndex((size) => size !== 1) + 1;
  return tf.util.arraysEqual(small.slice(0, end), shape.slice(0, end));
}

export const binaryOverrides: Record<string, Override> = {
  Add: binary(BinaryOp.Add),
  Maximum: binary(BinaryOp.Maximum),
  Minimum: binary(BinaryOp.Minimum),
  Multiply: binary(BinaryOp.Multiply),
  RealDiv: binary(BinaryOp.RealDiv),
  SquaredDifference: binary(BinaryOp.SquaredDifference),
  Sub: binary(BinaryOp.Sub),
};
