import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';

export interface Input {
  shape: number[];
  values: Float32Array;
}

export interface Result {
  shape: number[];
  dtype: string;
  values: number[];
}

/** One kernel as the cpu and the native backend have it, called on the same inputs. */
export function runPair(
  kernelName: string,
  inputs: Input[] | Record<string, Input>,
  attrs: object = {},
): { cpu: Result; native: Result } {
  return { cpu: run('cpu', kernelName, inputs, attrs), native: run('native', kernelName, inputs, attrs) };
}

function run(backendName: string, kernelName: string, inputs: Input[] | Record<string, Input>, attrs: object): Result {
  const backend = tf.findBackend(backendName) as tf.MathBackendCPU;
  const toTensor = ({ shape, values }: Input) => backend.makeTensorInfo(shape, 'float32', values.slice());
  const tensors = Array.isArray(inputs)
    ? inputs.map(toTensor)
    : Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, toTensor(input)]));
  const { kernelFunc } = tf.getKernel(kernelName, backendName);
  const output = kernelFunc({ inputs: tensors as never, attrs: attrs as never, backend }) as tf.TensorInfo;
  const result = {
    shape: output.shape,
    dtype: output.dtype,
    values: Array.from(backend.readSync(output.dataId) as Float32Array),
  };
  [...Object.values(tensors), output].forEach((tensor: tf.TensorInfo) => backend.disposeIntermediateTensorInfo(tensor));
  return result;
}

/** Shape and dtype equal; values within the tolerance relative to `scale`, default the larger of 1 and the expected value; NaN is NaN. */
export function expectSame({ cpu, native }: { cpu: Result; native: Result }, tolerance: number, scale?: number): void {
  expect({ shape: native.shape, dtype: native.dtype }).toEqual({ shape: cpu.shape, dtype: cpu.dtype });
  expect(native.values.length).toBe(cpu.values.length);
  cpu.values.forEach((expected, i) => {
    const actual = native.values[i];
    const allowed = tolerance * (scale ?? Math.max(1, Math.abs(expected)));
    const same = Object.is(actual, expected) || actual === expected || Math.abs(actual - expected) <= allowed;
    if (!same) throw new Error(`element ${i} of [${cpu.shape.join(', ')}]: cpu ${expected}, native ${actual}`);
  });
}

/** Shapes of rank 0 to 4, now and then with more elements than the smallest pooled array has. */
export const anyShape = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 10, max: 40 }), fc.integer({ min: 10, max: 40 })),
  fc.tuple(fc.integer({ min: 500, max: 3000 })),
);

const special = [0, -0, 1, -1, 0.5, 88, -88, 100, -100, 1e-30, 1e30, Infinity, -Infinity, NaN];

/** Of that shape: numbers in [-4, 4), some of them special where asked. */
export function input(shape: number[], seed: number, withSpecial = false): Input {
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  let state = seed >>> 0;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const takeSpecial = withSpecial && state % 97 < 20;
    values[i] = takeSpecial ? special[(state >>> 8) % special.length] : (state / 2 ** 32) * 8 - 4;
  }
  return { shape, values };
}

export const seeds = fc.integer({ min: 0, max: 2 ** 31 });
