import * as tf from '@tensorflow/tfjs';
import { loadBinding } from '../../native/loadBinding';
import { BufferPool } from './BufferPool';

/** Below this a fresh array is as cheap as a pooled one. */
const minPooledLength = 1024;

/**
 * tfjs's cpu backend with its hot kernels in C++ and their outputs from a buffer pool.
 *
 * A pooled array goes back to the pool when its tensor data is disposed, unless anybody but our own kernels has seen it: every other way to the values
 * (dataSync, a move to another backend, a cpu kernel, which may alias them as slice does) goes through PooledData.values, which remembers.
 */
export class NativeBackend extends tf.MathBackendCPU {
  readonly pool = new BufferPool();

  constructor() {
    super();
    // Fails here, where tfjs expects a backend to fail, when the addon is not there.
    loadBinding();
    // The cpu backend greets its first user in Node with advice to install tfjs-node.
    (this as unknown as { firstUse: boolean }).firstUse = false;
  }

  /** The values for a kernel that reads them during the call and keeps no reference. */
  peek(dataId: tf.DataId): ArrayLike<number> {
    const data = this.data.get(dataId);
    return data instanceof PooledData ? data.array : (data.values as ArrayLike<number>);
  }

  /** A float32 tensor whose content is arbitrary: the caller fills all of it. */
  makePooled(shape: number[]): { info: tf.TensorInfo; array: Float32Array } {
    const length = tf.util.sizeFromShape(shape);
    if (length < minPooledLength) {
      const array = new Float32Array(length);
      return { info: this.makeTensorInfo(shape, 'float32', array), array };
    }
    const array = this.pool.take(length);
    const dataId = {};
    this.data.set(dataId, new PooledData(array, this.pool));
    return { info: { dataId, shape, dtype: 'float32' }, array };
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    const data = this.data.has(dataId) ? this.data.get(dataId) : undefined;
    const disposed = super.disposeData(dataId, force);
    if (disposed && data instanceof PooledData && !data.seen) this.pool.giveBack(data.array);
    return disposed;
  }
}

/** What MathBackendCPU keeps of a tensor, with a watch on `values`. */
class PooledData {
  readonly dtype = 'float32';
  refCount = 1;
  seen = false;

  constructor(
    public array: Float32Array,
    private readonly pool: BufferPool,
  ) {}

  get values(): Float32Array {
    if (!this.seen) this.array = this.pool.forget(this.array);
    this.seen = true;
    return this.array;
  }
}
