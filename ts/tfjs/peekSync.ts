import * as tf from '@tensorflow/tfjs';
import { NativeBackend } from './native/NativeBackend';

/**
 * The values of a float32 tensor on the backend in use, to be read at once: neither changed nor kept beyond the tensor's life. Unlike dataSync it leaves memory that the
 * native backend uses again where it is.
 */
export function peekSync(tensor: tf.Tensor): Float32Array {
  const backend = tf.backend();
  if (backend instanceof NativeBackend && backend.data.has(tensor.dataId)) {
    return backend.peek(tensor.dataId) as Float32Array;
  }
  return tensor.dataSync<'float32'>();
}
