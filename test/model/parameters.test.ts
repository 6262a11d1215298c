import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { completeConfig } from '../../ts/model/config';
import { initialWeights, parameterShapes } from '../../ts/model/parameters';

const sizes = completeConfig({ channels: 8 });

const draw = (biasInit: 'zeros' | 'normal') => initialWeights(sizes, { biasInit, random: xoroshiro128plus(1) });

/** Population mean and standard deviation. */
function moments(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

it('counts 496,769 parameters in the default network for 8 channels, as the reference has', () => {
  const counts = Array.from(parameterShapes(sizes).values(), (shape) =>
    shape.reduce((product, size) => product * size, 1),
  );
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(496_769);
});

it('gives every parameter its shape', () => {
  const shapes = parameterShapes({ channels: 2, hiddenSize: 3, outputSize: 5, kernelSize: 7, nLayers: 1 });
  expect(Object.fromEntries(shapes)).toEqual({
    'entry.filter': [7, 2, 3],
    'entry.bias': [3],
    'blocks.0.filter': [7, 3, 3],
    'blocks.0.bias': [3],
    'blocks.0.skip': [3, 3],
    'blocks.0.skipBias': [3],
    'blocks.0.out': [3, 3],
    'blocks.0.outBias': [3],
    'head.0.weight': [3, 3],
    'head.0.bias': [3],
    'head.1.weight': [3, 5],
    'head.1.bias': [5],
    'fc.weight': [5],
    'fc.bias': [1],
  });
});

it('draws Xavier-normal weights: fan counts include the taps', () => {
  const weights = draw('zeros');
  const expected: [string, number][] = [
    ['entry.filter', Math.sqrt(2 / (2 * 8 + 2 * 128))],
    ['blocks.3.filter', Math.sqrt(2 / (4 * 128))],
    ['blocks.0.skip', Math.sqrt(2 / 256)],
    ['head.1.weight', Math.sqrt(2 / 256)],
    ['fc.weight', Math.sqrt(2 / 129)],
  ];
  for (const [name, expectedDeviation] of expected) {
    const { data } = weights.get(name)!;
    const { mean, deviation } = moments(data);
    // Five standard errors of a normal sample.
    expect(Math.abs(mean / expectedDeviation)).toBeLessThan(5 / Math.sqrt(data.length));
    expect(Math.abs(deviation / expectedDeviation - 1)).toBeLessThan(5 / Math.sqrt(2 * data.length));
  }
});

it('sets biases to 0, or draws them from N(0, 1)', () => {
  const biases = (biasInit: 'zeros' | 'normal') => {
    const all = [...draw(biasInit)].filter(([name]) => /bias$/i.test(name)).flatMap(([, { data }]) => [...data]);
    return Float32Array.from(all);
  };
  expect(new Set(biases('zeros'))).toEqual(new Set([0]));
  const { mean, deviation } = moments(biases('normal'));
  expect(Math.abs(mean)).toBeLessThan(0.1);
  expect(Math.abs(deviation - 1)).toBeLessThan(0.1);
});

it('draws the same from the same seed and other weights from another', () => {
  const small = { ...sizes, hiddenSize: 5, outputSize: 3 };
  const drawn = (seed: number) => initialWeights(small, { biasInit: 'normal', random: xoroshiro128plus(seed) });
  expect(drawn(5)).toEqual(drawn(5));
  expect(drawn(5).get('fc.weight')).not.toEqual(drawn(6).get('fc.weight'));
});
