import * as tf from '@tensorflow/tfjs';
import { checkObject } from '../dtw/check';
import { isCuda, refused } from '../dtw/device';
import { resolveOptions, softCostKeys, softKeys, type SoftDtwOptions } from '../dtw/options';
import { checkLengths } from '../dtw/series';
import { expectedValue } from '../util/expected';
import { pointCostComposite } from './pointCostComposite';
import { hasKernel } from './register';
import { softDtwComposite } from './softDtwComposite';
import type { SoftDtwAttributes } from './softDtwKernel';
import type { SoftDtwOfSeriesAttributes } from './softDtwOfSeriesKernel';
import { checkTensor } from './tensorArguments';

/** As of the typed-array API, but gamma > 0. */
export interface TensorSoftDtwOptions extends SoftDtwOptions {
  /** [B]: how many points of each series are real, whole numbers in [1, rows] and [1, cols]; the rest is padding: never read, and of gradient 0. */
  xLengths?: ArrayLike<number>;
  yLengths?: ArrayLike<number>;
}

/**
 * Soft-DTW of pairs of series (Cuturi & Blondel 2017, arXiv 1703.01541): the soft minimum, over all warping paths, of the summed pointwise costs.
 * May be negative; +infinity, with gradient 0, where no path is admissible. Differentiable twice, in x and y. A first gradient needs no memory beyond x and y; a gradient of a
 * gradient keeps arrays [B, rows, cols, channels].
 *
 * @param x [B, rows, channels] float32
 * @param y [B, cols, channels] float32
 * @returns [B] float32
 * @throws TypeError for something that is no tensor, RangeError for a wrong dtype, shape or option
 */
export function softDtw(x: tf.Tensor3D, y: tf.Tensor3D, options: TensorSoftDtwOptions = {}): tf.Tensor1D {
  checkTensor(x, 'x', ['B', 'rows', 'channels']);
  checkTensor(y, 'y', [x.shape[0], 'cols', x.shape[2]]);
  checkObject(options, 'options');
  const { xLengths, yLengths, ...rest } = options;
  const { cost: kind, gamma, paths, device } = resolve(rest, softKeys);
  const lengths = {
    xLengths: xLengths === undefined ? null : checkLengths(xLengths, 'xLengths', x.shape[0], x.shape[1]),
    yLengths: yLengths === undefined ? null : checkLengths(yLengths, 'yLengths', y.shape[0], y.shape[1]),
  };
  if (hasKernel('SoftDtwOfSeries') && gradientDepth() < 2)
    return ofSeries(x, y, { kind, gamma, paths, device, ...lengths });
  return tf.tidy(() => {
    const cost = pointCostComposite(withoutPadding(x, lengths.xLengths), withoutPadding(y, lengths.yLengths), kind);
    return fromCost(cost, { gamma, paths, device, sizes: sizesOf(cost.shape, lengths.xLengths, lengths.yLengths) });
  });
}

export interface TensorSoftDtwFromCostOptions extends Omit<SoftDtwOptions, 'cost'> {
  /** [B]: how many rows and columns of each matrix are real; the rest is padding: never read, and of gradient 0. */
  rowLengths?: ArrayLike<number>;
  colLengths?: ArrayLike<number>;
}

/**
 * Soft-DTW of given cost matrices; +infinity forbids a cell. While a gradient is being recorded the expected alignment E = d value / d cost is computed
 * with the value and kept, outside of that the value alone. Differentiable twice (Mensch & Blondel 2018).
 *
 * @param cost [B, rows, cols] float32
 * @returns [B] float32
 * @throws TypeError for something that is no tensor, RangeError for a wrong dtype, shape or option
 */
export function softDtwFromCost(cost: tf.Tensor3D, options: TensorSoftDtwFromCostOptions = {}): tf.Tensor1D {
  checkTensor(cost, 'cost', ['B', 'rows', 'cols']);
  checkObject(options, 'options');
  const [batch, rows, cols] = cost.shape;
  const { rowLengths, colLengths, ...rest } = options;
  const { gamma, paths, device } = resolve(rest, softCostKeys);
  const realRows = rowLengths === undefined ? null : checkLengths(rowLengths, 'rowLengths', batch, rows);
  const realCols = colLengths === undefined ? null : checkLengths(colLengths, 'colLengths', batch, cols);
  return fromCost(cost, { gamma, paths, device, sizes: sizesOf(cost.shape, realRows, realCols) });
}

function ofSeries(x: tf.Tensor3D, y: tf.Tensor3D, attributes: SoftDtwOfSeriesAttributes): tf.Tensor1D {
  return valueOf('SoftDtwOfSeries', { x, y }, attributes);
}

function fromCost(cost: tf.Tensor3D, attributes: SoftDtwAttributes): tf.Tensor1D {
  return hasKernel('SoftDtw') ? valueOf('SoftDtw', { cost }, attributes) : softDtwComposite(cost, attributes);
}

/** The first output alone; what the kernel keeps beside it is for the tape. */
function valueOf(kernelName: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor1D {
  return tf.tidy(() => {
    const withGradient = tf.engine().isTapeOn();
    const outputs = tf.engine().runKernel(kernelName, inputs, { ...attributes, withGradient });
    return (outputs as unknown as tf.Tensor1D[])[0];
  });
}

/** 2 or more while the gradient of a gradient is being recorded: the fused kernel has none, the composite cost and SoftDtw have. */
function gradientDepth(): number {
  return tf.engine().state.gradientDepth;
}

/** What stands in the padding must not reach a gradient, not even multiplied by 0. */
function withoutPadding(series: tf.Tensor3D, lengths: Int32Array | null): tf.Tensor3D {
  if (lengths === null) return series;
  const [, length] = series.shape;
  const isReal = tf.less(tf.range(0, length, 1, 'int32'), tf.tensor2d(lengths, [lengths.length, 1], 'int32'));
  return tf.where(tf.expandDims(isReal, 2), series, tf.zerosLike(series));
}

function sizesOf(
  [batch, rows, cols]: number[],
  rowLengths: Int32Array | null,
  colLengths: Int32Array | null,
): Int32Array | null {
  if (rowLengths === null && colLengths === null) return null;
  return Int32Array.from({ length: 2 * batch }, (_, k) =>
    k % 2 === 0 ? (rowLengths?.[k / 2] ?? rows) : (colLengths?.[(k - 1) / 2] ?? cols),
  );
}

/** gamma = 0, the hard minimum, is for the typed-array API: here everything has a gradient, and that one is not defined at ties. */
function resolve(options: SoftDtwOptions, allowed: readonly string[]) {
  const { device, ...resolved } = resolveOptions(options, allowed);
  if (resolved.gamma === 0) throw expectedValue('a finite number > 0', 'gamma', 0);
  if (isCuda(device) && !hasKernel('SoftDtw'))
    throw refused(device, 'this backend of TensorFlow.js computes soft-DTW by itself');
  return { ...resolved, device: device.code };
}
