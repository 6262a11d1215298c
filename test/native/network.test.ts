import fc from 'fast-check';
import { loadBinding } from '../../ts/native/loadBinding';
import type { BlockSizes, ConvSizes, PrecisionCode } from '../../ts/native/NativeBinding';
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

describe('residualBlock', () => {
  const gate = (a: number) => Math.tanh(a) / (1 + Math.exp(-a));
  const slope = (a: number) => (gate(a + 1e-5) - gate(a - 1e-5)) / 2e-5;

  const blockShape = fc.record({
    batch: size(0, 3),
    length: size(1, 110),
    channels: size(1, 20),
    kernelSize: size(1, 4),
    dilation: size(1, 40),
    padLeft: size(0, 130),
    dropoutRate: fc.constantFrom(0, 0.25),
    last: fc.boolean(),
    first: fc.boolean(),
  });

  it('agrees with plain loops, forward and backward', () => {
    fc.assert(
      fc.property(blockShape, fc.nat(1000), ({ dropoutRate, last, first, ...s }, seed) => {
        const { batch, length, channels, kernelSize, dilation, padLeft } = s;
        const sizes: BlockSizes = [batch, length, channels, kernelSize, dilation, padLeft, dropoutRate, seed, 0];
        const dilated: ConvShape = {
          batch,
          length,
          inChannels: channels,
          outChannels: channels,
          kernelSize,
          dilation,
          padLeft,
        };
        const pointwise: ConvShape = { ...dilated, kernelSize: 1, dilation: 1, padLeft: 0 };
        const values = batch * length * channels;
        const [x, skip, dXOut, dSkipOut] = [0, 1, 2, 3].map((i) => uniform(values, seed + i));
        const filter = uniform(kernelSize * channels * channels, seed + 4);
        const [skipWeight, outWeight] = [5, 6].map((i) => uniform(channels * channels, seed + i));
        const [bias, skipBias, outBias] = [7, 8, 9].map((i) => uniform(channels, seed + i));
        const empty = (like: Float32Array) => new Float32Array(like.length).fill(NaN);
        const orNull = (array: Float32Array) => (last ? null : array);

        const [a, xOut, skipOut, dx] = [empty(x), empty(x), empty(x), empty(x)];
        binding.residualBlock(
          ...sizes,
          x,
          first ? null : skip,
          filter,
          bias,
          skipWeight,
          skipBias,
          orNull(outWeight),
          orNull(outBias),
          a,
          orNull(xOut),
          skipOut,
        );
        const expectedA = conv(dilated, x, filter, bias);
        const mask = empty(x);
        binding.dropoutMask(values, dropoutRate, seed, mask);
        const g = expectedA.map((value, i) => gate(value) * mask[i]);
        expectClose(a, expectedA);
        expectClose(
          skipOut,
          conv(pointwise, g, skipWeight, skipBias).map((value, i) => value + (first ? 0 : skip[i])),
        );
        if (!last)
          expectClose(
            xOut,
            conv(pointwise, g, outWeight, outBias).map((value, i) => value + x[i]),
          );

        const [dFilter, dBias] = [empty(filter), empty(bias)];
        const [dSkipWeight, dSkipBias, dOutWeight, dOutBias] = [
          empty(skipWeight),
          empty(bias),
          empty(outWeight),
          empty(bias),
        ];
        binding.residualBlockGrad(
          ...sizes,
          x,
          a,
          filter,
          skipWeight,
          orNull(outWeight),
          orNull(dXOut),
          dSkipOut,
          dx,
          dFilter,
          dBias,
          dSkipWeight,
          dSkipBias,
          orNull(dOutWeight),
          orNull(dOutBias),
        );
        const throughOut = last ? dXOut.map(() => 0) : convGradInput(pointwise, dXOut, outWeight);
        const dA = convGradInput(pointwise, dSkipOut, skipWeight).map(
          (value, i) => (value + throughOut[i]) * slope(expectedA[i]) * mask[i],
        );
        expectClose(
          dx,
          convGradInput(dilated, dA, filter).map((value, i) => value + (last ? 0 : dXOut[i])),
        );
        expectClose(dFilter, convGradFilter(dilated, x, dA));
        expectClose(dBias, columnSums(channels, dA));
        expectClose(dSkipWeight, convGradFilter(pointwise, g, dSkipOut));
        expectClose(dSkipBias, columnSums(channels, dSkipOut));
        if (last) return;
        expectClose(dOutWeight, convGradFilter(pointwise, g, dXOut));
        expectClose(dOutBias, columnSums(channels, dXOut));
      }),
    );
  });

  it('refuses half of an output convolution and dropout rates outside [0, 1)', () => {
    const one = () => new Float32Array(1);
    const block = (rate: number, outWeight: Float32Array | null, xOut: Float32Array | null) =>
      binding.residualBlock(
        1,
        1,
        1,
        1,
        1,
        0,
        rate,
        0,
        0,
        one(),
        one(),
        one(),
        one(),
        one(),
        one(),
        outWeight,
        outWeight && one(),
        one(),
        xOut,
        one(),
      );
    expect(() => block(0, one(), null)).toThrow(/all or none of `outWeight`, `outBias` and `xOut`/);
    expect(() => block(1, null, null)).toThrow(/number in \[0, 1\) for `dropoutRate` but received 1/);
    expect(() => block(0, null, null)).not.toThrow();
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
