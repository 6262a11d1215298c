import { fromStateDict, isStateDict } from '../../ts/model/stateDict';
import type { Weights } from '../../ts/model/parameters';
import { referenceStateDict } from './referenceStateDict';

const sizes = { channels: 2, hiddenSize: 3, outputSize: 4, kernelSize: 2, nLayers: 2 };
const stateDict = () => referenceStateDict(sizes);

it('tells sizes from shapes', () => {
  expect(fromStateDict(stateDict()).sizes).toEqual(sizes);
});

it('turns convolutions [out, in, kernel] into filters [kernel, in, out] and matrices [in, out]', () => {
  const theirs = stateDict();
  const { weights } = fromStateDict(theirs);
  const at = (tensors: Weights, name: string, ...index: number[]) => {
    const { shape, data } = tensors.get(name)!;
    return data[index.reduce((flat, i, axis) => flat * shape[axis] + i, 0)];
  };
  for (let out = 0; out < 3; out++) {
    for (let input = 0; input < 3; input++) {
      for (let tap = 0; tap < 2; tap++) {
        const filter = at(theirs, 'diconv_layers.1.diconv.weight', out, input, tap);
        expect(at(weights, 'blocks.1.filter', tap, input, out)).toBe(filter);
      }
      expect(at(weights, 'blocks.0.skip', input, out)).toBe(
        at(theirs, 'diconv_layers.0.conv1by1_skip.weight', out, input, 0),
      );
      expect(at(weights, 'blocks.0.out', input, out)).toBe(
        at(theirs, 'diconv_layers.0.conv1by1_out.weight', out, input, 0),
      );
    }
  }
  expect(at(weights, 'entry.filter', 1, 0, 2)).toBe(at(theirs, 'causal_conv.weight', 2, 0, 1));
  expect(at(weights, 'head.1.weight', 2, 3)).toBe(at(theirs, 'conv1by1_skip2.weight', 3, 2, 0));
  expect(weights.get('fc.weight')).toEqual({ shape: [4], data: theirs.get('fc.weight')!.data });
  expect(weights.get('blocks.1.outBias')!.data).toEqual(theirs.get('diconv_layers.1.conv1by1_out.bias')!.data);
});

it('is known by its names', () => {
  expect(isStateDict(stateDict())).toBe(true);
  expect(isStateDict(fromStateDict(stateDict()).weights)).toBe(false);
});

describe('is refused, by name, where a parameter', () => {
  const refused = (change: (tensors: Weights) => void) => () => {
    const tensors = stateDict();
    change(tensors);
    fromStateDict(tensors);
  };

  it('is missing', () => {
    expect(refused((tensors) => tensors.delete('fc.bias'))).toThrow(
      'expected a tensor of shape [1] for `fc.bias` but received undefined',
    );
    expect(refused((tensors) => tensors.delete('causal_conv.weight'))).toThrow(
      'expected a tensor of 3 dimensions for `causal_conv.weight` but received undefined',
    );
  });

  it('is superfluous', () => {
    const extra = { shape: [1], data: new Float32Array(1) };
    expect(refused((tensors) => tensors.set('fc2.bias', extra))).toThrow(
      'expected the 26 parameters of the reference alone'.replace('26', String(stateDict().size)),
    );
  });

  it('has another shape', () => {
    expect(refused((tensors) => Object.assign(tensors.get('fc.weight')!, { shape: [4, 1] }))).toThrow(
      'expected a tensor of shape [1, 4] for `fc.weight` but received [4, 1]',
    );
  });
});
