import * as tf from '@tensorflow/tfjs';
import { loadBinding } from '../../native/loadBinding';
import { binaryOverrides } from './binary';
import { type Override, isDenseFloat32, read } from './override';
import { unaryOverrides } from './unary';

/** Equal batch shapes, or one factor shared by the whole batch. */
export const batchMatMul: Override = ({ inputs: { a, b }, backend, attrs }) => {
  if (!isDenseFloat32(a, b)) return undefined;
  const transposeA = Boolean(attrs.transposeA);
  const transposeB = Boolean(attrs.transposeB);
  const [m, k] = matrixShape(a.shape, transposeA);
  const [kOfB, n] = matrixShape(b.shape, transposeB);
  const batchShape = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const batch = tf.util.sizeFromShape(batchShape);
  const batchA = tf.util.sizeFromShape(a.shape.slice(0, -2));
  const batchB = tf.util.sizeFromShape(b.shape.slice(0, -2));
  const handled = k === kOfB && (batchA === batch || batchA === 1) && (batchB === batch || batchB === 1);
  if (!handled) return undefined;
  const { info, array } = backend.makePooled([...batchShape, m, n]);
  loadBinding().batchMatMul(
    batch,
    m,
    n,
    k,
    batchA,
    batchB,
    transposeA,
    transposeB,
    read(backend, a),
    read(backend, b),
    array,
  );
  return info;
};

/** [rows, cols] as they enter the product. */
function matrixShape(shape: number[], transposed: boolean): [number, number] {
  const [rows, cols] = shape.slice(-2);
  return transposed ? [cols, rows] : [rows, cols];
}

const activations: Record<string, Override | undefined> = {
  relu: unaryOverrides.Relu,
  sigmoid: unaryOverrides.Sigmoid,
};

/** matMul, then bias, then activation. */
export const fusedMatMul: Override = (call) => {
  const { inputs, backend, attrs } = call;
  const activationName = (attrs.activation as string | null | undefined) ?? 'linear';
  const activation = activations[activationName];
  if (!activation && activationName !== 'linear') return undefined;

  let result = batchMatMul(call);
  if (!result) return undefined;
  const replaceBy = (next: tf.TensorInfo | undefined, previous: tf.TensorInfo) => {
    backend.disposeIntermediateTensorInfo(previous);
    return next;
  };
  if (inputs.bias)
    result = replaceBy(binaryOverrides.Add({ inputs: { a: result, b: inputs.bias }, backend, attrs }), result);
  if (result && activation) result = replaceBy(activation({ inputs: { x: result }, backend, attrs }), result);
  return result;
};
