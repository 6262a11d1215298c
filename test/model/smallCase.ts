import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { completeConfig, type WetasConfig } from '../../ts/model/config';
import { initialWeights, type Weights } from '../../ts/model/parameters';
import { validMask } from '../../ts/model/validMask';
import type { OracleWeights } from '../oracle/wetas';

/** A network and a batch small enough for the oracle. */
export interface SmallCase {
  config: WetasConfig;
  weights: Weights;
  batch: number;
  length: number;
  /** [B, T, C] */
  x: Float32Array;
  weakLabel: Float32Array;
  lengths: number[];
  /** [B, T] */
  mask: Float32Array;
}

/** @param lengths real points of each window, behind zeros; as many as windows */
export function smallCase(seed: number, given: Partial<WetasConfig>, lengths: number[], length: number): SmallCase {
  const config = completeConfig({
    channels: 2,
    hiddenSize: 3,
    outputSize: 4,
    nLayers: 2,
    granularity: 2,
    splitSize: length,
    ...given,
  });
  const random = xoroshiro128plus(seed);
  const batch = lengths.length;
  const mask = validMask({ shape: [batch, length, config.channels], lengths }, 'masked')!;
  const x = Float32Array.from({ length: batch * length * config.channels }, (_, i) => {
    const value = 4 * uniformFloat64(random) - 2;
    return value * mask[Math.floor(i / config.channels)];
  });
  const weakLabel = Float32Array.from(lengths, (_, b) => (b + 1) % 2);
  const weights = initialWeights(config, { biasInit: 'normal', random });
  return { config, weights, batch, length, x, weakLabel, lengths, mask };
}

export function oracleWeights(weights: Weights): OracleWeights {
  return Object.fromEntries(Array.from(weights, ([name, { data }]) => [name, data]));
}

/** Window b as the oracle takes it. */
export function oracleWindow(
  { x, length, config, mask }: SmallCase,
  b: number,
): { rows: number[][]; valid: boolean[] } {
  const { channels } = config;
  const row = (t: number) => Array.from(x.subarray((b * length + t) * channels, (b * length + t + 1) * channels));
  return {
    rows: Array.from({ length }, (_, t) => row(t)),
    valid: Array.from(mask.subarray(b * length, (b + 1) * length), (value) => value === 1),
  };
}
