import fc from 'fast-check';
import { loadBinding } from '../../ts/native/loadBinding';
import { BinaryOp, UnaryOp } from '../../ts/native/NativeBinding';
import { expectClose, uniform } from './arrays';

const binding = loadBinding();

const unaryOps: Record<keyof typeof UnaryOp, (x: number) => number> = {
  Tanh: Math.tanh,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Relu: (x) => Math.max(0, x),
  Step: (x) => (Number.isNaN(x) ? NaN : x > 0 ? 1 : 0),
  Square: (x) => x * x,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Neg: (x) => -x,
  Abs: Math.abs,
};

const binaryOps: Record<keyof typeof BinaryOp, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  RealDiv: (a, b) => a / b,
  Maximum: Math.max,
  Minimum: Math.min,
  // The difference is rounded before it is squared.
  SquaredDifference: (a, b) => Math.fround(a - b) ** 2,
};

const special = [NaN, Infinity, -Infinity, 0, -0, 1e-45, -1e-40, 1, -1, 88.7, 88.8, -87.4, -104, 3e38, -3e38];

/** Float32 arrays up to a few vectors long, of every kind of number. */
const numbers = fc.array(
  fc.oneof(fc.constantFrom(...special), fc.float({ noDefaultInfinity: true }), fc.float({ min: -30, max: 30 })),
  { maxLength: 70 },
);

/** Exactly NaN, infinity or a signed zero where float32 makes one of `expected`, else within `relative` of it. */
function expectAlike(actual: number, expected: number, relative: number): void {
  const rounded = Math.fround(expected);
  if (Number.isNaN(rounded) || !Number.isFinite(rounded) || rounded === 0) expect(actual).toBe(rounded);
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected) + 1.5e-45);
}

describe.each(Object.entries(unaryOps))('unary %s', (name, expected) => {
  it('is the function of Math', () => {
    fc.assert(
      fc.property(numbers, (list) => {
        const [x, y] = [Float32Array.from(list), new Float32Array(list.length).fill(77)];
        binding.unary(UnaryOp[name as keyof typeof UnaryOp], x.length, x, y);
        y.forEach((value, i) => expectAlike(value, expected(x[i]), 3e-7));
      }),
    );
  });
});

describe.each(Object.entries(binaryOps))('binary %s', (name, expected) => {
  const op = BinaryOp[name as keyof typeof BinaryOp];
  const pairs = fc.array(fc.tuple(fc.constantFrom(...special, 2, 3.5), fc.constantFrom(...special, 2, 3.5)), {
    maxLength: 50,
  });

  it('is the operation of JavaScript between arrays, and with a scalar on either side', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(...special), (list, given) => {
        const scalar = Math.fround(given);
        const [a, b] = [Float32Array.from(list, ([p]) => p), Float32Array.from(list, ([, q]) => q)];
        const y = new Float32Array(a.length);
        binding.binary(op, a.length, a, b, y);
        y.forEach((value, i) => expectAlike(value, expected(a[i], b[i]), 1.2e-7));
        binding.binaryScalar(op, a.length, false, scalar, a, y);
        y.forEach((value, i) => expectAlike(value, expected(a[i], scalar), 1.2e-7));
        binding.binaryScalar(op, a.length, true, scalar, a, y);
        y.forEach((value, i) => expectAlike(value, expected(scalar, a[i]), 1.2e-7));
      }),
    );
  });

  it('goes over rows and columns', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.nat(40), fc.boolean(), (rows, cols, rowFirst) => {
        const [x, row, y] = [uniform(rows * cols, 1), uniform(cols, 2), new Float32Array(rows * cols)];
        binding.binaryRow(op, rows, cols, rowFirst, x, row, y);
        y.forEach((value, i) => {
          const [a, b] = [x[i], row[i % cols]];
          expectAlike(value, rowFirst ? expected(b, a) : expected(a, b), 1.2e-7);
        });
        const [columnFirst, column] = [rowFirst, uniform(rows, 3)];
        binding.binaryColumn(op, rows, cols, columnFirst, x, column, y);
        y.forEach((value, i) => {
          const [a, b] = [x[i], column[Math.floor(i / cols)]];
          expectAlike(value, columnFirst ? expected(b, a) : expected(a, b), 1.2e-7);
        });
      }),
    );
  });
});

describe('sumAxis', () => {
  it('agrees with plain loops', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(300), fc.nat(70), fc.nat(1000), (outer, reduced, inner, seed) => {
        const [x, y] = [uniform(outer * reduced * inner, seed), new Float32Array(outer * inner).fill(NaN)];
        binding.sumAxis(outer, reduced, inner, 0.5, x, y);
        const expected = new Array<number>(outer * inner).fill(0);
        x.forEach((value, i) => (expected[Math.floor(i / (reduced * inner)) * inner + (i % inner)] += 0.5 * value));
        expectClose(y, expected, 1e-6);
      }),
    );
  });
});

it('refuses codes that no operation has', () => {
  const [x, y] = [new Float32Array(1), new Float32Array(1)];
  expect(() => binding.unary(10 as UnaryOp, 1, x, y)).toThrow(/code from 0 to 9 for `op` but received 10/);
  expect(() => binding.binary(7 as BinaryOp, 1, x, x, y)).toThrow(/code from 0 to 6 for `op` but received 7/);
});
