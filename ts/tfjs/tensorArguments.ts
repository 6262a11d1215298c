import * as tf from '@tensorflow/tfjs';
import { expectedType, expectedValue } from '../util/expected';

/** Checks that `value` is a float32 tensor of that rank without an empty axis, and returns it. */
export function checkTensor<T extends tf.Tensor>(value: T, name: string, shape: ReadonlyArray<string | number>): T {
  if (!(value instanceof tf.Tensor)) throw expectedType(`a float32 tensor [${shape.join(', ')}]`, name, value);
  if (value.isDisposed) throw expectedValue('a tensor that is not disposed', name, describeTensor(value));
  const matches = value.rank === shape.length && shape.every((size, axis) => fits(value.shape[axis], size));
  if (value.dtype !== 'float32' || !matches) {
    throw expectedValue(`a float32 tensor [${shape.join(', ')}]`, name, describeTensor(value));
  }
  return value;
}

/** A number is that size; a name stands for any size >= 1. */
function fits(actual: number, size: string | number): boolean {
  return typeof size === 'number' ? actual === size : actual >= 1;
}

/** The type of a received tensor as words that expectedValue shows. */
function describeTensor(tensor: tf.Tensor): string {
  return `${tensor.dtype} [${tensor.shape.join(', ')}]`;
}
