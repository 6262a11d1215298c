/** Windows by timesteps: the shape [B, T] of a row-major array. */
export type WindowShape = readonly [windows: number, splitSize: number];

/**
 * How strongly each timestep pulls its window towards anomalous: the dense logits h, scaled to [0, 1] within the window
 * (Lee et al. 2021, section 3.3). No gradient flows through it.
 * @param denseLogit h [B, T]
 * @param mask [B, T], 1 at real points and 0 at padding, where the map is 0 and which the minimum and maximum leave out
 * @returns m [B, T] = (h - min h) / (max h - min h), or 0 where a window's h is constant
 */
export function activationMap(denseLogit: Float32Array, shape: WindowShape, mask?: Float32Array): Float32Array {
  const [windows, splitSize] = shape;
  const map = new Float32Array(windows * splitSize);
  for (let start = 0; start < map.length; start += splitSize) {
    let min = Infinity;
    let max = -Infinity;
    for (let i = start; i < start + splitSize; i++) {
      if (mask?.[i] === 0) continue;
      min = Math.min(min, denseLogit[i]);
      max = Math.max(max, denseLogit[i]);
    }
    if (!(max > min)) continue;
    for (let i = start; i < start + splitSize; i++) {
      if (mask?.[i] !== 0) map[i] = (denseLogit[i] - min) / (max - min);
    }
  }
  return map;
}
