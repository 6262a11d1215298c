import * as tf from '@tensorflow/tfjs';
import { Adam, type AdamState } from '../../ts/training/adam';
import { type BackendName, useBackend } from '../../ts/tfjs';

// What PyTorch's documentation of torch.optim.Adam says, in float64.
function oracle(params: number[], gradients: number[][], learningRate: number): number[] {
  const m = params.map(() => 0);
  const v = params.map(() => 0);
  let current = [...params];
  gradients.forEach((gradient, index) => {
    const step = index + 1;
    current = current.map((value, i) => {
      m[i] = 0.9 * m[i] + 0.1 * gradient[i];
      v[i] = 0.999 * v[i] + 0.001 * gradient[i] ** 2;
      const mHat = m[i] / (1 - 0.9 ** step);
      const vHat = v[i] / (1 - 0.999 ** step);
      return value - (learningRate * mHat) / (Math.sqrt(vHat) + 1e-8);
    });
  });
  return current;
}

const start = [0.5, -2, 3, 1e-3, 0, 7];
const gradients = Array.from({ length: 6 }, (_, step) =>
  start.map((_, i) => Math.sin(1 + 3 * step + 7 * i) * 10 ** ((i % 4) - 2)),
);

function apply(adam: Adam, variable: tf.Variable, steps: number[][]): void {
  for (const step of steps) tf.tidy(() => adam.step(0.01, { [variable.name]: tf.tensor(step, variable.shape) }));
}

describe.each<BackendName>(['native', 'cpu', 'wasm'])('Adam on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test("takes PyTorch's steps and leaves no tensor behind", () => {
    const variable = tf.tidy(() => tf.variable(tf.tensor2d(start, [2, 3])));
    const before = tf.memory();
    const adam = new Adam({ weight: variable });
    apply(adam, variable, gradients);
    const received = variable.dataSync();
    oracle(start, gradients, 0.01).forEach((value, i) => expect(received[i]).toBeCloseTo(value, 6));
    expect(variable.shape).toEqual([2, 3]);
    expect(adam.state.step).toBe(6);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    variable.dispose();
  });

  test('leaves a variable without a gradient as it is', () => {
    const [used, unused] = [tf.variable(tf.tensor1d(start)), tf.variable(tf.tensor1d(start))];
    apply(new Adam({ used, unused }), used, gradients);
    expect(Array.from(unused.dataSync())).toEqual(Array.from(Float32Array.from(start)));
    expect(Array.from(used.dataSync())).not.toEqual(Array.from(Float32Array.from(start)));
    tf.dispose([used, unused]);
  });

  test('does not change an array or tensor that shares memory with the variable', () => {
    const source = Float32Array.from(start);
    const tensor = tf.tensor1d(source);
    const variable = tf.variable(tensor);
    apply(new Adam({ weight: variable }), variable, gradients);
    expect(source).toEqual(Float32Array.from(start));
    expect(tensor.dataSync()).toEqual(Float32Array.from(start));
    tf.dispose([tensor, variable]);
  });

  test('goes on from a copied state with the same bits', () => {
    const [whole, first] = [tf.variable(tf.tensor1d(start)), tf.variable(tf.tensor1d(start))];
    apply(new Adam({ weight: whole }), whole, gradients);

    const interrupted = new Adam({ weight: first });
    apply(interrupted, first, gradients.slice(0, 4));
    const second = tf.variable(tf.tensor1d(first.dataSync().slice()));
    apply(new Adam({ weight: second }, structuredClone<AdamState>(interrupted.state)), second, gradients.slice(4));
    expect(second.dataSync()).toEqual(whole.dataSync());
    tf.dispose([whole, first, second]);
  });
});
