import { expectedValue } from '../util/expected';
import { type NetworkSizes, parameterShapes, type Weight, type Weights } from './parameters';

/** PyTorch's name of each of our parameters in the state dict of the reference implementation. */
function referenceName(ours: string): string {
  const block = /^blocks\.(\d+)\.(\w+)$/.exec(ours);
  if (block) return `diconv_layers.${block[1]}.${blockNames[block[2]]}`;
  return names[ours];
}

const names: Record<string, string> = {
  'entry.filter': 'causal_conv.weight',
  'entry.bias': 'causal_conv.bias',
  'head.0.weight': 'conv1by1_skip1.weight',
  'head.0.bias': 'conv1by1_skip1.bias',
  'head.1.weight': 'conv1by1_skip2.weight',
  'head.1.bias': 'conv1by1_skip2.bias',
  'fc.weight': 'fc.weight',
  'fc.bias': 'fc.bias',
};

const blockNames: Record<string, string> = {
  filter: 'diconv.weight',
  bias: 'diconv.bias',
  skip: 'conv1by1_skip.weight',
  skipBias: 'conv1by1_skip.bias',
  out: 'conv1by1_out.weight',
  outBias: 'conv1by1_out.bias',
};

/** Whether these are the parameters of a PyTorch state dict of the reference, by their names. */
export function isStateDict(tensors: ReadonlyMap<string, Weight>): boolean {
  return tensors.has(names['entry.filter']);
}

/**
 * Our parameters from a PyTorch state dict of the reference: convolutions [out, in, kernel] become [kernel, in, out], or [in, out] for
 * kernel 1; the linear layer [1, O] becomes [O].
 * @returns the parameters and the sizes that their shapes tell
 * @throws RangeError naming a parameter that is missing, superfluous or of the wrong shape
 */
export function fromStateDict(tensors: ReadonlyMap<string, Weight>): { weights: Weights; sizes: NetworkSizes } {
  const sizes = sizesOf(tensors);
  const shapes = parameterShapes(sizes);
  const weights: Weights = new Map();
  const known = new Set<string>();
  for (const [ours, shape] of shapes) {
    const theirs = referenceName(ours);
    known.add(theirs);
    weights.set(ours, { shape, data: transposed(theirs, shape, tensors.get(theirs)) });
  }
  for (const name of tensors.keys()) {
    if (!known.has(name))
      throw expectedValue(`the ${known.size} parameters of the reference alone`, 'state dict', name);
  }
  return { weights, sizes };
}

function sizesOf(tensors: ReadonlyMap<string, Weight>): NetworkSizes {
  const shape = (name: string, rank: number): readonly number[] => {
    const weight = tensors.get(name);
    if (weight?.shape.length !== rank || weight.shape.includes(0)) {
      throw expectedValue(`a tensor of ${rank} dimensions`, name, weight?.shape);
    }
    return weight.shape;
  };
  const [hiddenSize, channels, kernelSize] = shape('causal_conv.weight', 3);
  const [outputSize] = shape('conv1by1_skip2.weight', 3);
  let nLayers = 0;
  while (tensors.has(`diconv_layers.${nLayers}.diconv.weight`)) nLayers++;
  return { channels, hiddenSize, outputSize, kernelSize, nLayers };
}

/** The values of a PyTorch tensor in our order: all axes reversed. */
function transposed(name: string, shape: readonly number[], tensor: Weight | undefined): Float32Array {
  const isVector = shape.length === 1;
  const expected =
    name === 'fc.weight' ? [1, ...shape] : isVector ? shape : [shape.at(-1), shape.at(-2), shape.at(-3) ?? 1];
  if (tensor?.shape.join() !== expected.join()) {
    throw expectedValue(`a tensor of shape [${expected.join(', ')}]`, name, tensor?.shape);
  }
  if (isVector) return tensor.data.slice();
  const [outputs, inputs, taps] = tensor.shape;
  const data = new Float32Array(tensor.data.length);
  for (let out = 0, from = 0; out < outputs; out++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < taps; tap++) data[(tap * inputs + input) * outputs + out] = tensor.data[from++];
    }
  }
  return data;
}
