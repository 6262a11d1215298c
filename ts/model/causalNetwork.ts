import type { CausalNetworkSizes } from '../native/NativeBinding';
import { loadBinding } from '../native/loadBinding';
import type { NetworkConfig } from './dicnn';
import { parameterShapes, type Weights } from './parameters';

/**
 * DiCNN in causal context over a series that comes row by row or in longer stretches, forward only: each convolution keeps the last rows of its input in a ring,
 * so that memory and time for a row do not grow with the series, and the outputs have the same bits however the series is cut. Computed by the addon in float32, whatever the
 * backend and the config's precision.
 */
export class CausalNetwork {
  private readonly sizes: CausalNetworkSizes;
  private readonly packed: Float32Array;
  private readonly state: Float32Array;
  private readonly period: number;
  /** Rows so far, modulo the period. */
  private position = 0;

  constructor(config: NetworkConfig, weights: Weights) {
    const { channels, hiddenSize, outputSize, kernelSize, dilationBase, nLayers } = config;
    this.sizes = [channels, hiddenSize, outputSize, kernelSize, dilationBase, nLayers];
    const found = new Float64Array(3);
    loadBinding().causalNetworkSizes(...this.sizes, found);
    const [packedSize, stateSize, period] = found;
    this.packed = new Float32Array(packedSize);
    this.state = new Float32Array(stateSize);
    this.period = period;
    loadBinding().packCausalNetwork(...this.sizes, flatParameters(config, weights), this.packed);
  }

  /** Before the first row again. */
  restart(): void {
    this.state.fill(0);
    this.position = 0;
  }

  /**
   * Takes the next rows of the series.
   * @param x [rows, channels]
   * @param output receives [rows, outputSize]
   * @param denseLogit receives [rows]
   */
  advance(x: Float32Array, output: Float32Array, denseLogit: Float32Array): void {
    const { sizes, position, packed, state } = this;
    const rows = denseLogit.length;
    loadBinding().advanceCausalNetwork(...sizes, position, rows, packed, x, state, output, denseLogit);
    this.position = (position + rows) % this.period;
  }
}

function flatParameters(config: NetworkConfig, weights: Weights): Float32Array {
  const arrays = Array.from(parameterShapes(config).keys(), (name) => weights.get(name)!.data);
  const flat = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let next = 0;
  for (const array of arrays) {
    flat.set(array, next);
    next += array.length;
  }
  return flat;
}
