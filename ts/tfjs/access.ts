import * as tf from '@tensorflow/tfjs';

/**
 * How a kernel of ours reaches the memory of a backend: `get` gives the float32 values of a tensor, `out` makes an output tensor whose `view`
 * the kernel then fills. All outputs of a kernel are made before the first `get` or `view`: making one may move the memory of the others.
 */
export interface Access<Backend> {
  get(backend: Backend, tensor: tf.TensorInfo): Float32Array;
  out(backend: Backend, shape: number[]): Output;
  /** Whether a clone shares the memory of the original, whatever shape it is of. */
  clonesShareMemory: boolean;
}

export interface Output {
  info: tf.TensorInfo;
  view(): Float32Array;
}

/** The cpu backend keeps plain typed arrays, so nothing is copied. */
const cpu: Access<tf.MathBackendCPU> = {
  get: (backend, tensor) => asFloat32(backend.data.get(tensor.dataId).values as ArrayLike<number>),
  out(backend, shape) {
    const array = new Float32Array(tf.util.sizeFromShape(shape));
    return { info: backend.makeTensorInfo(shape, 'float32', array), view: () => array };
  },
  clonesShareMemory: true,
};

/** What we use of NativeBackend; the class itself is not imported here, so that the table has no cycle. */
interface PooledBackend {
  peek(dataId: tf.DataId): ArrayLike<number>;
  makePooled(shape: number[]): { info: tf.TensorInfo; array: Float32Array };
}

const native: Access<PooledBackend> = {
  get: (backend, tensor) => asFloat32(backend.peek(tensor.dataId)),
  out(backend, shape) {
    const { info, array } = backend.makePooled(shape);
    return { info, view: () => array };
  },
  clonesShareMemory: true,
};

/** Of the class BackendWasm, whose package is optional. */
interface WasmBackend {
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
}

/** Views of the wasm heap, no copy. A view dies when the heap grows, which is why all outputs are made before the first view is taken. */
const wasm: Access<WasmBackend> = {
  get: (backend, tensor) => asFloat32(backend.typedArrayFromHeap(tensor)),
  out(backend, shape) {
    const info = backend.makeOutput(shape, 'float32');
    return { info, view: () => backend.typedArrayFromHeap(info) };
  },
  clonesShareMemory: false,
};

/** tfjs-node: readSync copies out of TensorFlow; write keeps our array and copies it in when a TensorFlow op first needs it. */
const tensorflow: Access<tf.KernelBackend> = {
  get: (backend, tensor) => asFloat32(backend.readSync(tensor.dataId) as Float32Array),
  out(backend, shape) {
    const array = new Float32Array(tf.util.sizeFromShape(shape));
    return {
      info: { dataId: backend.write(array, shape, 'float32'), shape, dtype: 'float32' },
      view: () => array,
    };
  },
  clonesShareMemory: false,
};

/** The backends on which our kernels are registered; on any other the ops are composites of ordinary tfjs ops. */
export const accessByBackend = { cpu, native, wasm, tensorflow } as const;

/** A cast from int32 shares the integer array under a float32 dtype, so the dtype alone does not say what the values are. */
function asFloat32(values: ArrayLike<number>): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
