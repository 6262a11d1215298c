import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { useBackend } from '../../../ts/tfjs';
import { anyShape, expectSame, input, runPair, seeds } from './kernelPair';

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('native');
});

const binaryKernels = ['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference'];
const unaryKernels = ['Tanh', 'Sigmoid', 'Relu', 'Square', 'Sqrt', 'Exp', 'Log', 'Neg', 'Abs'];

/** Two shapes that broadcast to `shape`: each lacks some leading axes, and has 1 in the place of some others. */
function operandShapes(shape: number[], choices: number[]): [number[], number[]] {
  const operand = (choice: number, keep: (axis: number) => boolean) =>
    shape.map((size, axis) => (keep(axis) ? size : 1)).slice(choice % (shape.length + 1));
  const [ones, dropA, dropB] = choices;
  const a = operand(dropA % 2 ? dropA : 0, (axis) => ((ones >> axis) & 1) === 0);
  const b = operand(dropB % 2 ? dropB : 0, (axis) => ((ones >> (axis + 4)) & 1) === 0);
  return [a, b];
}

test.each(binaryKernels)('%s over any broadcast', (kernel) => {
  const choices = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(anyShape, choices, seeds, (shape, choice, seed) => {
      const [a, b] = operandShapes(shape, choice);
      expectSame(runPair(kernel, { a: input(a, seed, true), b: input(b, seed + 1, true) }), 1e-6);
    }),
    { numRuns: 80, seed: 11 },
  );
});

test.each([
  [[], [1]],
  [[1], []],
  [[1, 1], [1]],
  [[], []],
  [
    [1, 1, 1],
    [40, 40],
  ],
  [
    [40, 40],
    [1, 1, 1],
  ],
  [
    [1, 40],
    [40, 40],
  ],
  [
    [40, 1],
    [1, 40],
  ],
  [
    [40, 1],
    [40, 40],
  ],
  [[40], [3, 40, 40]],
  [
    [40, 40],
    [3, 40, 40],
  ],
  [
    [3, 40, 40],
    [1, 40, 40],
  ],
  [
    [3, 1, 40],
    [3, 40, 40],
  ],
])('the shape of %j and %j is that of tfjs', (a, b) => {
  for (const kernel of binaryKernels) expectSame(runPair(kernel, { a: input(a, 1), b: input(b, 2) }), 1e-6);
});

test.each(unaryKernels)('%s', (kernel) => {
  fc.assert(
    fc.property(anyShape, seeds, (shape, seed) => {
      expectSame(runPair(kernel, { x: input(shape, seed, true) }), 1e-6);
    }),
    { numRuns: 60, seed: 12 },
  );
});

test.each([0, 0.3])('Step of slope %f below 0', (alpha) => {
  fc.assert(
    fc.property(anyShape, seeds, (shape, seed) => {
      expectSame(runPair('Step', { x: input(shape, seed, true) }, { alpha }), 0);
    }),
    { numRuns: 40, seed: 13 },
  );
});

test.each(['Sum', 'Mean'])('%s over any axes', (kernel) => {
  fc.assert(
    fc.property(anyShape, seeds, fc.integer({ min: 0, max: 15 }), fc.boolean(), (shape, seed, mask, keepDims) => {
      const axis = shape.map((_, i) => i).filter((i) => (mask >> i) & 1);
      const pair = runPair(kernel, { x: input(shape, seed) }, { axis, keepDims });
      // The two add in different orders: the error grows with what is added, not with the sum.
      expectSame(pair, 1e-5, kernel === 'Sum' ? Math.max(1, tf.util.sizeFromShape(shape)) : 1);
    }),
    { numRuns: 80, seed: 14 },
  );
});

test('BatchMatMul, transposed or not, of equal batches, shared factors and others', () => {
  const sizes = fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: 1, max: 40 })));
  const batches = fc.constantFrom(
    [[], []],
    [[3], [3]],
    [[1], [3]],
    [[3], [1]],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [2, 1],
      [2, 3],
    ],
    [[3], [2, 3]],
    [[], [4]],
  );
  fc.assert(
    fc.property(
      sizes,
      batches,
      fc.boolean(),
      fc.boolean(),
      seeds,
      ([m, n, k], [a, b], transposeA, transposeB, seed) => {
        const inputs = {
          a: input([...a, ...(transposeA ? [k, m] : [m, k])], seed),
          b: input([...b, ...(transposeB ? [n, k] : [k, n])], seed + 1),
        };
        expectSame(runPair('BatchMatMul', inputs, { transposeA, transposeB }), 1e-6, 16 * k);
      },
    ),
    { numRuns: 100, seed: 15 },
  );
});

test('BatchMatMul of factors that do not fit throws as on cpu', () => {
  const inputs = { a: input([2, 3], 1), b: input([4, 2], 2) };
  expect(() => runPair('BatchMatMul', inputs, { transposeA: false, transposeB: false })).toThrow(/inner shapes/);
  const backend = tf.findBackend('native') as tf.MathBackendCPU;
  const tensors = { a: backend.makeTensorInfo([2, 3], 'float32'), b: backend.makeTensorInfo([4, 2], 'float32') };
  const { kernelFunc } = tf.getKernel('BatchMatMul', 'native');
  const attrs = { transposeA: false, transposeB: false };
  expect(() => kernelFunc({ inputs: tensors, attrs, backend })).toThrow(/inner shapes/);
});

test.each(['linear', 'relu', 'sigmoid', 'elu', undefined])('_FusedMatMul with activation %s', (activation) => {
  for (const bias of [undefined, [12], [1], [5, 12]]) {
    const inputs = {
      a: input([2, 5, 7], 1),
      b: input([2, 7, 12], 2),
      ...(bias && { bias: input(bias, 3) }),
    };
    expectSame(runPair('_FusedMatMul', inputs, { transposeA: false, transposeB: false, activation }), 1e-5);
  }
});

test('_FusedMatMul over any shapes, transposes, bias and activation', () => {
  const size = fc.integer({ min: 1, max: 40 });
  const batches = fc.constantFrom([[1], [1]], [[3], [3]], [[1], [3]], [[3], [1]]);
  const biasShapes = fc.constantFrom('none', 'row', 'scalar', 'matrix');
  const activations = fc.constantFrom(undefined, 'linear', 'relu', 'sigmoid', 'elu', 'relu6');
  fc.assert(
    fc.property(
      fc.tuple(size, size, size),
      batches,
      fc.boolean(),
      fc.boolean(),
      biasShapes,
      activations,
      seeds,
      ([m, n, k], [a, b], transposeA, transposeB, biasShape, activation, seed) => {
        const bias = { none: undefined, row: [n], scalar: [1], matrix: [m, n] }[biasShape];
        const inputs = {
          a: input([...a, ...(transposeA ? [k, m] : [m, k])], seed),
          b: input([...b, ...(transposeB ? [n, k] : [k, n])], seed + 1),
          ...(bias && { bias: input(bias, seed + 2) }),
        };
        // Before the activation, which steepens nothing, numbers are up to 16 k.
        expectSame(runPair('_FusedMatMul', inputs, { transposeA, transposeB, activation }), 1e-6, 16 * k + 4);
      },
    ),
    { numRuns: 100, seed: 19 },
  );
});

test('AddN of any number of tensors', () => {
  fc.assert(
    fc.property(anyShape, fc.integer({ min: 1, max: 5 }), seeds, (shape, count, seed) => {
      expectSame(
        runPair(
          'AddN',
          Array.from({ length: count }, (_, i) => input(shape, seed + i)),
        ),
        1e-6,
      );
    }),
    { numRuns: 60, seed: 16 },
  );
});

test('PadV2 by any widths and constant', () => {
  const width = fc.integer({ min: 0, max: 3 });
  fc.assert(
    fc.property(
      anyShape,
      fc.array(fc.tuple(width, width), { minLength: 4, maxLength: 4 }),
      fc.constantFrom(0, 1.5, -Infinity),
      seeds,
      (shape, widths, constantValue, seed) => {
        const paddings = shape.map((_, axis) => widths[axis]);
        expectSame(runPair('PadV2', { x: input(shape, seed) }, { paddings, constantValue }), 0);
      },
    ),
    { numRuns: 100, seed: 17 },
  );
});

test('Slice of any box', () => {
  const share = fc.double({ min: 0, max: 0.999, noNaN: true });
  const corners = fc.array(fc.tuple(share, share), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(
      anyShape.filter((shape) => shape.length > 0),
      corners,
      seeds,
      (shape, corner, seed) => {
        const begin = shape.map((size, axis) => Math.floor(corner[axis][0] * size));
        const size = shape.map((length, axis) => 1 + Math.floor(corner[axis][1] * (length - begin[axis])));
        expectSame(runPair('Slice', { x: input(shape, seed) }, { begin, size }), 0);
      },
    ),
    { numRuns: 100, seed: 18 },
  );
});

test('Slice with size -1, and of nothing', () => {
  expectSame(runPair('Slice', { x: input([4, 5], 1) }, { begin: [1, 2], size: [-1, 2] }), 0);
  expectSame(runPair('Slice', { x: input([4, 5], 1) }, { begin: [1, 2], size: [0, 2] }), 0);
});

test.each(['Add', 'Sum', 'Tanh'])('%s of an empty tensor', (kernel) => {
  const empty = input([0, 3], 1);
  const inputs = kernel === 'Add' ? { a: empty, b: empty } : { x: empty };
  expectSame(runPair(kernel, inputs as never, { axis: [0], keepDims: false }), 0);
});

test('integers and booleans are left to the cpu kernels', () => {
  tf.tidy(() => {
    const sum = tf.add(tf.tensor1d([1, 2], 'int32'), tf.scalar(3, 'int32'));
    expect([sum.dtype, ...sum.dataSync()]).toEqual(['int32', 4, 5]);
    const count = tf.sum(tf.tensor1d([true, false, true], 'bool'));
    expect([count.dtype, ...count.dataSync()]).toEqual(['int32', 2]);
    const mixed = tf.mul(tf.tensor1d([1, 2], 'int32'), tf.tensor1d([0.5, 0.25]));
    expect([mixed.dtype, ...mixed.dataSync()]).toEqual(['float32', 0.5, 0.5]);
  });
});
