import type { NetworkSizes, Weights } from '../../ts/model/parameters';

/** A PyTorch state dict as the reference implementation has it, its values the integers in order. */
export function referenceStateDict({
  channels: C,
  hiddenSize: H,
  outputSize: O,
  kernelSize: K,
  nLayers,
}: NetworkSizes): Weights {
  const stateDict: Weights = new Map();
  let next = 0;
  const set = (name: string, shape: number[]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    stateDict.set(name, { shape, data: Float32Array.from({ length: count }, () => next++) });
  };
  const convolution = (name: string, out: number, input: number, kernel: number) => {
    set(`${name}.weight`, [out, input, kernel]);
    set(`${name}.bias`, [out]);
  };
  convolution('causal_conv', H, C, K);
  for (let i = 0; i < nLayers; i++) {
    convolution(`diconv_layers.${i}.diconv`, H, H, K);
    convolution(`diconv_layers.${i}.conv1by1_skip`, H, H, 1);
    convolution(`diconv_layers.${i}.conv1by1_out`, H, H, 1);
  }
  convolution('conv1by1_skip1', H, H, 1);
  convolution('conv1by1_skip2', O, H, 1);
  set('fc.weight', [1, O]);
  set('fc.bias', [1]);
  return stateDict;
}
