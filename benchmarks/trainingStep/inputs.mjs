// What all sides are checked on: parameters and a batch in one safetensors file, under the names and in the layouts of wetas.
import { readFileSync, writeFileSync } from 'node:fs';
import { mersenne } from 'pure-rand/generator/mersenne';
import { completeConfig } from '../../dist/model/config.js';
import { initialWeights } from '../../dist/model/parameters.js';
import { decode, encode } from '../../dist/model/safetensors.js';
import { emgShapedWindows } from '../common/emgShaped.mjs';

export function writeInputs(file) {
  // Biases that are not 0: else a side that forgot one would pass.
  const weights = initialWeights(completeConfig({ channels: 8 }), { biasInit: 'normal', random: mersenne(0) });
  const { data, shape } = emgShapedWindows(32, 1);
  // Half of the windows, far more than these weights find: else the windows' gradients nearly cancel, and roundings count for much in what is left.
  const weakLabel = Float32Array.from({ length: 32 }, (_, window) => window % 2);
  const batch = { x: { shape, data }, weakLabel: { shape: [32], data: weakLabel } };
  writeFileSync(file, encode(new Map([...weights, ...Object.entries(batch)])));
}

/** Each { shape, data }: x and weakLabel, and the weights by name. */
export function readInputs(file) {
  const { tensors: weights } = decode(readFileSync(file));
  const [x, weakLabel] = ['x', 'weakLabel'].map((name) => {
    const tensor = weights.get(name);
    weights.delete(name);
    return tensor;
  });
  return { weights, x, weakLabel };
}
