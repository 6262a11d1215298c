import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

/** Windows [count, 500, 8] as EMG has them, with random contents (no time depends on them) and a fifth of them anomalous. */
export function emgShapedWindows(count, seed) {
  const [splitSize, channels] = [500, 8];
  const random = mersenne(seed);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - uniformFloat64(random))) * Math.cos(2 * Math.PI * uniformFloat64(random));
  const weakLabel = Uint8Array.from({ length: count }, (_, window) => (window % 5 === 0 ? 1 : 0));
  return {
    data: Float32Array.from({ length: count * splitSize * channels }, normal),
    shape: [count, splitSize, channels],
    weakLabel,
    // The second half of an anomalous window.
    denseLabel: Uint8Array.from({ length: count * splitSize }, (_, point) =>
      point % splitSize < splitSize / 2 ? 0 : weakLabel[Math.floor(point / splitSize)],
    ),
  };
}
