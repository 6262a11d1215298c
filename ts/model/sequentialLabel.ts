import type { WindowShape } from './activationMap';
import type { WetasConfig } from './config';

/**
 * What a window's labels should look like in order, without saying when: its activation map, thresholded and cut into
 * `granularity` equal pieces, one label each, between two normal ends (Lee et al. 2021, section 3.4).
 * The map is padded with zeros in front by granularity - T % granularity: a full granularity where it divides T.
 * @param map activation map [B, T]
 * @param gate [B], 0 or 1: a window of gate 0 gets zeros alone
 * @returns labels 0 or 1, [B, granularity + 2]
 */
export function sequentialLabel(
  map: Float32Array,
  gate: ArrayLike<number>,
  shape: WindowShape,
  { granularity, localThreshold }: Pick<WetasConfig, 'granularity' | 'localThreshold'>,
): Float32Array {
  const [windows, splitSize] = shape;
  const rows = granularity + 2;
  const padding = granularity - (splitSize % granularity);
  const pieceSize = (splitSize + padding) / granularity;
  const labels = new Float32Array(windows * rows);
  for (let b = 0; b < windows; b++) {
    if (gate[b] === 0) continue;
    for (let t = 0; t < splitSize; t++) {
      if (!(map[b * splitSize + t] >= localThreshold)) continue;
      labels[b * rows + 1 + Math.floor((t + padding) / pieceSize)] = 1;
    }
  }
  return labels;
}
