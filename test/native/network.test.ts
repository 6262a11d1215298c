import fc from 'fast-check';
import { loadBinding } from '../../ts/native/loadBinding';
import type { BlocksSizes, ConvSizes, PrecisionCode } from '../../ts/native/NativeBinding';
import { toBfloat16 } from '../oracle/bfloat16';
import { columnSums, conv, convGradFilter, convGradInput, type ConvShape } from '../oracle/conv';
import { expectClose, uniform } from './arrays';

const binding = loadBinding();

const size = (min: number, max: number) => fc.integer({ min, max });
const convShape: fc.Arbitrary<ConvShape> = fc.record({
  batch: size(0, 3),
  length: size(1, 120),
  inChannels: size(1, 20),
  outChannels: size(1, 20),
  kernelSize: size(1, 4),
  dilation: size(1, 40),
  padLeft: size(0, 130),
});
const precision = fc.constantFrom<PrecisionCode>(0, 1);
const sizesOf = (s: ConvShape, rectified: boolean, code: PrecisionCode): ConvSizes => [
  s.batch,
  s.length,
  s.inChannels,
  s.outChannels,
  s.kernelSize,
  s.dilation,
  s.padLeft,
  rectified,
  code,
];
/** The factors as a product of that precision takes them. */
const rounded = (values: Float32Array, code: PrecisionCode) => (code === 1 ? values.map(toBfloat16) : values);

describe('dilatedConv1d', () => {
  it('agrees with plain loops for any kernel size, dilation and padding, rectified or not, in both precisions', () => {
    fc.assert(
      fc.property(convShape, fc.boolean(), precision, fc.nat(1000), (shape, rectified, code, seed) => {
        const sizes = sizesOf(shape, rectified, code);
        const x = uniform(shape.batch * shape.length * shape.inChannels, seed);
        const filter = uniform(shape.kernelSize * shape.inChannels * shape.outChannels, seed + 1);
        const bias = uniform(shape.outChannels, seed + 2);
        const dy = uniform(shape.batch * shape.length * shape.outChannels, seed + 3);
        const [y, dx, dFilter, dBias] = [dy, x, filter, bias].map((like) =>
          new Float32Array(like.length).fill(NaN),
        ) as [Float32Array, Float32Array, Float32Array, Float32Array];
        binding.dilatedConv1d(...sizes, x, filter, bias, y);
        binding.dilatedConv1dGradInput(...sizes, rectified ? x : null, dy, filter, dx);
        binding.dilatedConv1dGradFilter(...sizes, x, dy, dFilter, dBias);
        const input = rectified ? x.map((value) => Math.max(value, 0)) : x;
        const [xFactor, filterFactor, dyFactor] = [input, filter, dy].map((values) => rounded(values, code));
        const dInput = convGradInput(shape, dyFactor, filterFactor);
        expectClose(y, conv(shape, xFactor, filterFactor, bias));
        expectClose(
          dx,
          dInput.map((value, i) => (rectified && x[i] <= 0 ? 0 : value)),
        );
        expectClose(dFilter, convGradFilter(shape, xFactor, dyFactor));
        expectClose(dBias, columnSums(shape.outChannels, dy));
      }),
    );
  });

  it('refuses arrays of another length, type or place in memory', () => {
    const sizes: ConvSizes = [1, 4, 1, 1, 2, 1, 1, false, 0];
    const [x, filter, bias, y] = [new Float32Array(4), new Float32Array(2), new Float32Array(1), new Float32Array(4)];
    expect(() => binding.dilatedConv1d(...sizes, x, new Float32Array(3), bias, y)).toThrow(
      /expected 2 elements for `filter` but received 3/,
    );
    expect(() => binding.dilatedConv1d(...sizes, new Float64Array(4) as never, filter, bias, y)).toThrow(
      /expected a Float32Array for `x`/,
    );
    expect(() => binding.dilatedConv1d(...sizes, x, filter, bias, x)).toThrow(/expected `y` not to overlap `x`/);
    expect(() => binding.dilatedConv1d(1, 4, 1, 1, 0, 1, 0, false, 0, x, new Float32Array(0), bias, y)).toThrow(
      /at least 1 for `kernelSize`/,
    );
    expect(() => binding.dilatedConv1d(1, 4, 1, 1, 2, 0, 0, false, 0, x, filter, bias, y)).toThrow(
      /at least 1 for `dilation`/,
    );
    expect(() => binding.dilatedConv1d(1, -4, 1, 1, 2, 1, 0, false, 0, x, filter, bias, y)).toThrow(
      /whole number .* for `length`/,
    );
    expect(() => binding.dilatedConv1d(1, 4, 1, 1, 2, 1, 0, false, 2 as never, x, filter, bias, y)).toThrow(
      /expected 0 or 1 for `precision` but received 2/,
    );
    expect(() => binding.dilatedConv1dGradInput(1, 4, 1, 1, 2, 1, 1, true, 0, null, x, filter, y)).toThrow(
      /expected `x` where `rectified`/,
    );
  });
});

describe('residualBlocks', () => {
  const gate = (a: number) => Math.tanh(a) / (1 + Math.exp(-a));
  const slope = (a: number) => (gate(a + 1e-5) - gate(a - 1e-5)) / 2e-5;
  const sum = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a, (value, i) => value + b[i]);

  const stack = fc.record({
    batch: size(0, 3),
    length: size(1, 110),
    channels: size(1, 20),
    kernelSize: size(1, 4),
    dropoutRate: fc.constantFrom(0, 0.25),
    taps: fc.array(fc.record({ dilation: size(1, 40), padLeft: size(0, 130) }), { minLength: 1, maxLength: 3 }),
    handsOn: fc.boolean(),
  });

  it('agree with plain loops, forward and backward', () => {
    fc.assert(
      fc.property(stack, fc.nat(1000), ({ dropoutRate, taps, handsOn, ...shape }, seed) => {
        const { batch, length, channels, kernelSize } = shape;
        const pointwise: ConvShape = {
          ...shape,
          inChannels: channels,
          outChannels: channels,
          kernelSize: 1,
          dilation: 1,
          padLeft: 0,
        };
        const values = batch * length * channels;
        const empty = (count: number) => new Float32Array(count).fill(NaN);
        const matrix = channels * channels;
        const counts = [kernelSize * matrix, channels, matrix, channels, matrix, channels];
        const [x, dXOut, dSkipOut] = [0, 1, 2].map((i) => uniform(values, seed + i));
        // Small weights, so that three blocks amplify no error.
        const blocks = taps.map((tap, i) => {
          const weights = counts.map((count, j) => uniform(count, seed + 10 * i + j).map((value) => value / 3));
          return { ...tap, weights, has: i < taps.length - 1 || handsOn, dropoutSeed: seed + i };
        });
        const blockArguments = blocks.flatMap(({ dilation, padLeft, dropoutSeed, weights, has }) => [
          ...[dilation, padLeft, dropoutSeed],
          ...weights.map((weight, i) => (i < 4 || has ? weight : null)),
        ]);
        const sizes: BlocksSizes = [batch, length, channels, kernelSize, dropoutRate, 0, blocks.length];

        const [skipOut, xOut, dx] = [empty(values), empty(values), empty(values)];
        const kept = empty((2 * blocks.length - 1) * values);
        binding.residualBlocks(...sizes, ...blockArguments, x, kept, handsOn ? xOut : null, skipOut);
        const gradients = blocks.map(({ has }) => counts.slice(0, has ? 6 : 4).map(empty));
        const tensors = [x, kept, handsOn ? dXOut : null, dSkipOut, dx, ...gradients.flat()];
        binding.residualBlocksGrad(...sizes, ...blockArguments, ...tensors);

        const dilated = blocks.map(({ dilation, padLeft }) => ({ ...pointwise, kernelSize, dilation, padLeft }));
        let input: number[] = Array.from(x);
        let skip: number[] = new Array<number>(values).fill(0);
        const forward = blocks.map(
          ({ weights: [filter, bias, skipWeight, skipBias, outWeight, outBias], ...block }, i) => {
            const a = conv(dilated[i], input, filter, bias);
            const mask = empty(values);
            binding.dropoutMask(values, dropoutRate, block.dropoutSeed, mask);
            const g = Array.from(a, (value, j) => gate(value) * mask[j]);
            const before = input;
            skip = sum(skip, conv(pointwise, g, skipWeight, skipBias));
            input = sum(input, conv(pointwise, g, outWeight, outBias));
            return { input: before, a, g, mask };
          },
        );
        expectClose(skipOut, skip);
        if (handsOn) expectClose(xOut, input);

        let arriving: number[] = handsOn ? Array.from(dXOut) : new Array<number>(values).fill(0);
        for (let i = blocks.length - 1; i >= 0; i--) {
          const [filter, , skipWeight, , outWeight] = blocks[i].weights;
          const { a, g, mask } = forward[i];
          const atGate = sum(
            convGradInput(pointwise, dSkipOut, skipWeight),
            convGradInput(pointwise, arriving, outWeight),
          );
          const dA = atGate.map((value, j) => value * slope(a[j]) * mask[j]);
          const [dFilter, dBias, dSkipWeight, dSkipBias, dOutWeight, dOutBias] = gradients[i];
          expectClose(dFilter, convGradFilter(dilated[i], forward[i].input, dA));
          expectClose(dBias, columnSums(channels, dA));
          expectClose(dSkipWeight, convGradFilter(pointwise, g, dSkipOut));
          expectClose(dSkipBias, columnSums(channels, dSkipOut));
          if (blocks[i].has) {
            expectClose(dOutWeight, convGradFilter(pointwise, g, arriving));
            expectClose(dOutBias, columnSums(channels, arriving));
          }
          arriving = sum(arriving, convGradInput(dilated[i], dA, filter));
        }
        expectClose(dx, arriving);
      }),
    );
  });

  it('refuse half of an output convolution, one that is missing on the way, no block, and dropout rates outside [0, 1)', () => {
    const one = () => new Float32Array(1);
    const block = (outWeight: Float32Array | null, outBias: Float32Array | null) => {
      const weights = [one(), one(), one(), one(), outWeight, outBias];
      return [1, 0, 0, ...weights];
    };
    const run = (blocks: Array<ReturnType<typeof block>>, xOut: Float32Array | null, rate = 0) =>
      binding.residualBlocks(1, 1, 1, 1, rate, 0, blocks.length, ...blocks.flat(), one(), null, xOut, one());
    const whole = () => block(one(), one());
    const last = () => block(null, null);
    const half = /`outWeight` and `outBias` of every block, or both null in the last/;
    expect(() => run([block(one(), null)], null)).toThrow(half);
    expect(() => run([last(), whole()], one())).toThrow(half);
    expect(() => run([whole()], null)).toThrow(/`xOut` to be null exactly where the last `outWeight` is/);
    expect(() => run([last()], one())).toThrow(/`xOut` to be null exactly/);
    expect(() => binding.residualBlocks(1, 1, 1, 1, 0, 0, 2 ** 31 - 1, ...whole(), one(), null, null, one())).toThrow(
      /a finite number for `dilation`/,
    );
    expect(() => run([], null)).toThrow(/at least 1 block for `blocks` but received 0/);
    expect(() => run([last()], null, 1)).toThrow(/number in \[0, 1\) for `dropoutRate` but received 1/);
    expect(() => run([whole(), last()], null)).not.toThrow();
  });

  it('refuse arrays that overlap, also those of different blocks', () => {
    const one = () => new Float32Array(1);
    const shared = one();
    const weights = () => [1, 0, 0, one(), one(), one(), one(), one(), one()];
    const blocks = [...weights(), ...weights()];
    const gradients = Array.from({ length: 12 }, (_, i) => (i === 2 || i === 8 ? shared : one()));
    const tensors = [one(), new Float32Array(3), one(), one(), null];
    expect(() => binding.residualBlocksGrad(1, 1, 1, 1, 0, 0, 2, ...blocks, ...tensors, ...gradients)).toThrow(
      /`dSkipWeight` not to overlap `dSkipWeight`/,
    );
  });
});

describe('dropoutMask', () => {
  const mix = (value: number) => {
    let x = value;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return (x ^ (x >>> 16)) >>> 0;
  };

  it('is the documented hash of seed and index', () => {
    const [count, rate, seed] = [1000, 0.3, 77];
    const mask = new Float32Array(count);
    binding.dropoutMask(count, rate, seed, mask);
    const key = mix(seed + 0x9e3779b9);
    const expected = Float32Array.from({ length: count }, (_, i) =>
      mix(mix(i) + key) >>> 8 < Math.round(rate * 2 ** 24) ? 0 : 1 / (1 - rate),
    );
    expect(mask).toEqual(expected);
  });

  it('differs between seeds', () => {
    const [one, two] = [new Float32Array(1000), new Float32Array(1000)];
    binding.dropoutMask(1000, 0.5, 1, one);
    binding.dropoutMask(1000, 0.5, 2, two);
    const same = one.filter((value, i) => value === two[i]).length;
    expect(same).toBeGreaterThan(430);
    expect(same).toBeLessThan(570);
  });
});

describe('batchMatMul', () => {
  it('agrees with plain loops for every transpose and broadcast', () => {
    const extents = fc.tuple(size(0, 3), size(1, 110), size(1, 40), size(0, 40));
    const flags = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(
        extents,
        flags,
        fc.nat(1000),
        ([batch, m, n, k], [aShared, bShared, transposeA, transposeB], seed) => {
          const [aBatch, bBatch] = [aShared ? 1 : batch, bShared ? 1 : batch];
          const [a, b] = [uniform(aBatch * m * k, seed), uniform(bBatch * k * n, seed + 1)];
          const c = new Float32Array(batch * m * n).fill(NaN);
          binding.batchMatMul(batch, m, n, k, aBatch, bBatch, transposeA, transposeB, a, b, c);
          const expected = Array.from(c, (_, index) => {
            const [i, row, col] = [Math.floor(index / (m * n)), Math.floor(index / n) % m, index % n];
            const [aStart, bStart] = [aShared ? 0 : i * m * k, bShared ? 0 : i * k * n];
            let sum = 0;
            for (let j = 0; j < k; ++j) {
              sum +=
                a[aStart + (transposeA ? j * m + row : row * k + j)] *
                b[bStart + (transposeB ? col * k + j : j * n + col)];
            }
            return sum;
          });
          expectClose(c, expected);
        },
      ),
    );
  });

  it('refuses a batch that is neither 1 nor that of the result', () => {
    expect(() =>
      binding.batchMatMul(
        3,
        1,
        1,
        1,
        2,
        1,
        false,
        false,
        new Float32Array(2),
        new Float32Array(1),
        new Float32Array(3),
      ),
    ).toThrow(/expected 1 or 3 for `aBatch` but received 2/);
  });
});

describe('adamStep', () => {
  it('agrees with the formulas', () => {
    const [count, learningRate, beta1, beta2, epsilon] = [37, 1e-3, 0.9, 0.999, 1e-8];
    const [params, m, v] = [uniform(count, 1), new Float32Array(count), new Float32Array(count)];
    const expected = Array.from(params);
    const [expectedM, expectedV] = [new Float64Array(count), new Float64Array(count)];
    for (let step = 1; step <= 4; ++step) {
      const gradient = uniform(count, 10 + step);
      binding.adamStep(count, step, learningRate, beta1, beta2, epsilon, gradient, params, m, v);
      gradient.forEach((g, i) => {
        expectedM[i] = beta1 * expectedM[i] + (1 - beta1) * g;
        expectedV[i] = beta2 * expectedV[i] + (1 - beta2) * g * g;
        const root = Math.sqrt(expectedV[i] / (1 - beta2 ** step));
        expected[i] -= (learningRate * expectedM[i]) / (1 - beta1 ** step) / (root + epsilon);
      });
    }
    expectClose(params, expected, 1e-6);
    expectClose(m, expectedM, 1e-6, 0);
    expectClose(v, expectedV, 1e-6, 0);
  });
});

describe('threads', () => {
  it('leave every bit as it is', () => {
    const [batch, length, channels] = [5, 130, 17];
    const sizes: ConvSizes = [batch, length, channels, channels, 3, 4, 8, false, 0];
    const [x, dy] = [uniform(batch * length * channels, 1), uniform(batch * length * channels, 2)];
    const target = { device: '', simd: '', threads: 0 };
    binding.deviceInfo(target);
    const results = [1, 2, 5].map((threads) => {
      binding.setThreads(threads);
      const [dFilter, dBias] = [new Float32Array(3 * channels * channels), new Float32Array(channels)];
      binding.dilatedConv1dGradFilter(...sizes, x, dy, dFilter, dBias);
      return { dFilter, dBias };
    });
    binding.setThreads(target.threads);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});
