/** The dilated convolution and its gradients as plain loops over number arrays: slow, obvious, and nothing of ours. */

export interface ConvShape {
  batch: number;
  length: number;
  inChannels: number;
  outChannels: number;
  kernelSize: number;
  dilation: number;
  padLeft: number;
}

/** Calls visit(row of y, row of x, tap) for every pair of timesteps that the convolution connects. */
function forEachTap(shape: ConvShape, visit: (to: number, from: number, tap: number) => void): void {
  for (let b = 0; b < shape.batch; ++b) {
    for (let t = 0; t < shape.length; ++t) {
      for (let tap = 0; tap < shape.kernelSize; ++tap) {
        const from = t - shape.padLeft + tap * shape.dilation;
        if (from >= 0 && from < shape.length) visit(b * shape.length + t, b * shape.length + from, tap);
      }
    }
  }
}

/** Calls visit(index in filter, index in x, index in y) for every product of the convolution. */
function forEachProduct(shape: ConvShape, visit: (filter: number, x: number, y: number) => void): void {
  const { inChannels, outChannels } = shape;
  forEachTap(shape, (to, from, tap) => {
    for (let i = 0; i < inChannels; ++i) {
      for (let o = 0; o < outChannels; ++o) {
        visit((tap * inChannels + i) * outChannels + o, from * inChannels + i, to * outChannels + o);
      }
    }
  });
}

export function conv(
  shape: ConvShape,
  x: ArrayLike<number>,
  filter: ArrayLike<number>,
  bias: ArrayLike<number>,
): number[] {
  const y = Array.from(
    { length: shape.batch * shape.length * shape.outChannels },
    (_, i) => bias[i % shape.outChannels],
  );
  forEachProduct(shape, (f, from, to) => (y[to] += x[from] * filter[f]));
  return y;
}

export function convGradInput(shape: ConvShape, dy: ArrayLike<number>, filter: ArrayLike<number>): number[] {
  const dx = new Array<number>(shape.batch * shape.length * shape.inChannels).fill(0);
  forEachProduct(shape, (f, from, to) => (dx[from] += dy[to] * filter[f]));
  return dx;
}

export function convGradFilter(shape: ConvShape, x: ArrayLike<number>, dy: ArrayLike<number>): number[] {
  const dFilter = new Array<number>(shape.kernelSize * shape.inChannels * shape.outChannels).fill(0);
  forEachProduct(shape, (f, from, to) => (dFilter[f] += x[from] * dy[to]));
  return dFilter;
}

/** The sum of each column of x [rows, columns]. */
export function columnSums(columns: number, x: ArrayLike<number>): number[] {
  const sums = new Array<number>(columns).fill(0);
  for (let i = 0; i < x.length; ++i) sums[i % columns] += x[i];
  return sums;
}
