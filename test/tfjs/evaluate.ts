import * as tf from '@tensorflow/tfjs';

export type Op = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** Values in [-1, 1), the same on every backend. */
export function uniform(shape: number[], seed: number): tf.Tensor {
  return tf.randomUniform(shape, -1, 1, 'float32', seed);
}

/** A scalar that depends on every element of an op's outputs, each with a weight of its own. */
export function weightedSum(op: Op): (...inputs: tf.Tensor[]) => tf.Scalar {
  return (...inputs) =>
    tf.tidy(() => {
      const outputs = [op(...inputs)].flat();
      const weighted = outputs.map((output, i) => tf.mul(output, uniform(output.shape, 1000 + i)));
      return tf.addN(weighted.map((tensor) => tf.sum<tf.Scalar>(tensor)));
    });
}

/** The outputs of an op, and the gradients of their weighted sum. */
export function evaluate(op: Op, inputs: tf.Tensor[]): { outputs: number[][]; gradients: number[][] } {
  return tf.tidy(() => ({
    outputs: [op(...inputs)].flat().map(numbers),
    gradients: tf.grads(weightedSum(op))(inputs).map(numbers),
  }));
}

export function numbers(tensor: tf.Tensor): number[] {
  return Array.from(tensor.dataSync());
}

/** Element by element, within `tolerance` of the largest |value| of the expected ones, or of 1 where those are smaller. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  let scale = 1;
  for (const value of Array.from(expected)) if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i], expected[i]];
    const close = Object.is(a, e) || a === e || Math.abs(a - e) <= tolerance * scale;
    if (!close) throw new Error(`element ${i}: expected ${e} within ${tolerance * scale} but received ${a}`);
  }
}

export function expectAllClose(actual: number[][], expected: number[][], tolerance?: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((values, i) => expectClose(values, expected[i], tolerance));
}

/** That `run` leaves no tensor and no data behind on the backend in use. */
export function expectNothingLeft(run: () => void): void {
  const before = tf.memory();
  run();
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
}

/** d weightedSum(op) / d inputs[which][element], by central differences. */
export function numericGradient(op: Op, inputs: tf.Tensor[], which: number, element: number, step = 1e-2): number {
  const valueAt = (shift: number) =>
    tf.tidy(() => {
      const values = Float32Array.from(inputs[which].dataSync());
      values[element] += shift;
      const moved = inputs.map((input, i) => (i === which ? tf.tensor(values, input.shape) : input));
      return weightedSum(op)(...moved).dataSync()[0];
    });
  return (valueAt(step) - valueAt(-step)) / (2 * step);
}
