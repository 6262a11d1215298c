import type * as tf from '@tensorflow/tfjs';
import { binaryOverrides } from './binary';
import { type Override, isDenseFloat32 } from './override';

/** Pairwise from the left. */
export const addN: Override = ({ inputs, backend, attrs }) => {
  // tfjs gives the tensors as an array.
  const tensors = Object.values(inputs);
  if (tensors.length < 2 || !isDenseFloat32(...tensors)) return undefined;
  return tensors.reduce((sum, tensor) => {
    const next = binaryOverrides.Add({ inputs: { a: sum, b: tensor }, backend, attrs }) as tf.TensorInfo;
    if (sum !== tensors[0]) backend.disposeIntermediateTensorInfo(sum);
    return next;
  });
};
