// npm's @bsull/augurs: Rust compiled to WebAssembly; it returns the square root of the summed cost and has no path.
import { readFileSync } from 'node:fs';
import { Dtw, initSync } from '@bsull/augurs/dtw';

initSync({ module: readFileSync(new URL('dtw_bg.wasm', import.meta.resolve('@bsull/augurs/dtw'))) });
const euclidean = Dtw.euclidean();

export const tasks = {
  distance: ({ x, y }) => ({
    call: () => euclidean.distance(x.data, y.data),
    results: (root) => ({ value: [root ** 2] }),
  }),
  pairwise: ({ x: { data, shape } }) => {
    const [count, length] = shape;
    const series = Array.from({ length: count }, (_, p) => data.slice(p * length, (p + 1) * length));
    return {
      call: () => euclidean.distanceMatrix(series),
      results: (rows) => ({ value: rows.flatMap((row, p) => Array.from(row.slice(p + 1), (root) => root ** 2)) }),
    };
  },
};
