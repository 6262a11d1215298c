import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { WetasConfig } from './config';

/** A parameter outside of tfjs: float32, row-major. */
export interface Weight {
  shape: readonly number[];
  data: Float32Array;
}

export type Weights = Map<string, Weight>;

export function copyWeights(weights: Weights): Weights {
  return new Map(Array.from(weights, ([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
}

/** The sizes that decide the parameters. */
export type NetworkSizes = Pick<WetasConfig, 'channels' | 'hiddenSize' | 'outputSize' | 'kernelSize' | 'nLayers'>;

/** How to draw new parameters: biasInit 'normal' is the reference's N(0, 1). */
export interface Initialisation {
  biasInit: 'zeros' | 'normal';
  random: RandomGenerator;
}

/**
 * Names and shapes of all parameters, in the order of the network: filters [K, in, out], 1 x 1 convolutions [in, out].
 * The last block's out and outBias feed nothing; they are part of a saved model all the same, as in the reference.
 */
export function parameterShapes(sizes: NetworkSizes): Map<string, readonly number[]> {
  const { channels: C, hiddenSize: H, outputSize: O, kernelSize: K, nLayers } = sizes;
  const shapes = new Map<string, readonly number[]>([
    ['entry.filter', [K, C, H]],
    ['entry.bias', [H]],
  ]);
  for (let i = 0; i < nLayers; i++) {
    shapes.set(`blocks.${i}.filter`, [K, H, H]);
    shapes.set(`blocks.${i}.bias`, [H]);
    shapes.set(`blocks.${i}.skip`, [H, H]);
    shapes.set(`blocks.${i}.skipBias`, [H]);
    shapes.set(`blocks.${i}.out`, [H, H]);
    shapes.set(`blocks.${i}.outBias`, [H]);
  }
  return shapes
    .set('head.0.weight', [H, H])
    .set('head.0.bias', [H])
    .set('head.1.weight', [H, O])
    .set('head.1.bias', [O])
    .set('fc.weight', [O])
    .set('fc.bias', [1]);
}

/** Xavier-normal weights, N(0, 2 / (fanIn + fanOut)) with fan counts that include K; biases 0 or N(0, 1). */
export function initialWeights(sizes: NetworkSizes, { biasInit, random }: Initialisation): Weights {
  const weights: Weights = new Map();
  for (const [name, shape] of parameterShapes(sizes)) {
    const count = shape.reduce((product, size) => product * size, 1);
    const isBias = name.endsWith('ias');
    const deviation = isBias ? 1 : Math.sqrt(2 / fanSum(shape));
    const data = isBias && biasInit === 'zeros' ? new Float32Array(count) : normals(random, count, deviation);
    weights.set(name, { shape, data });
  }
  return weights;
}

/** fanIn + fanOut of [K, in, out], [in, out], or [in] with one output. */
function fanSum(shape: readonly number[]): number {
  const [taps, fanIn, fanOut] = shape.length === 3 ? shape : shape.length === 2 ? [1, ...shape] : [1, shape[0], 1];
  return taps * (fanIn + fanOut);
}

/** Box-Muller: two independent normals from two uniforms. */
function normals(random: RandomGenerator, count: number, deviation: number): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
    const angle = 2 * Math.PI * uniformFloat64(random);
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
