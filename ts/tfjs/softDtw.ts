import * as tf from '@tensorflow/tfjs';
import { resolveOptions, type SoftDtwOptions } from '../dtw/options';
import { expectedValue } from '../util/expected';
import { pointCost } from './pointCost';
import { hasKernel } from './register';
import { softDtwComposite } from './softDtwComposite';
import type { SoftDtwAttributes } from './softDtwKernel';
import { checkTensor } from './tensorArguments';

/** As of the typed-array API, but gamma > 0. */
export type TensorSoftDtwOptions = Omit<SoftDtwOptions, 'root'>;

/**
 * Soft-DTW of pairs of series (Cuturi & Blondel 2017, arXiv 1703.01541): the soft minimum, over all warping paths, of the summed pointwise costs.
 * May be negative; +infinity, with gradient 0, where no path is admissible. Differentiable once, in x and y.
 *
 * @param x [B, rows, channels] float32
 * @param y [B, cols, channels] float32
 * @returns [B] float32
 * @throws TypeError for something that is no tensor, RangeError for a wrong dtype, shape or option
 */
export function softDtw(x: tf.Tensor3D, y: tf.Tensor3D, options: TensorSoftDtwOptions = {}): tf.Tensor1D {
  checkTensor(x, 'x', ['B', 'rows', 'channels']);
  checkTensor(y, 'y', [x.shape[0], 'cols', x.shape[2]]);
  const { cost, attributes } = resolve(options, ['cost', 'stepPattern', 'gamma']);
  return tf.tidy(() => fromCost(pointCost(x, y, cost), attributes));
}

/**
 * Soft-DTW of given cost matrices; +infinity forbids a cell. While a gradient is being recorded the expected alignment E = d value / d cost is computed
 * with the value and kept, outside of that the value alone. Differentiable once.
 *
 * @param cost [B, rows, cols] float32
 * @returns [B] float32
 * @throws TypeError for something that is no tensor, RangeError for a wrong dtype, shape or option
 */
export function softDtwFromCost(cost: tf.Tensor3D, options: Omit<TensorSoftDtwOptions, 'cost'> = {}): tf.Tensor1D {
  checkTensor(cost, 'cost', ['B', 'rows', 'cols']);
  return fromCost(cost, resolve(options, ['stepPattern', 'gamma']).attributes);
}

function fromCost(cost: tf.Tensor3D, attributes: SoftDtwAttributes): tf.Tensor1D {
  if (!hasKernel('SoftDtw')) return softDtwComposite(cost, attributes);
  return tf.tidy(() => {
    const withGradient = tf.engine().isTapeOn();
    const outputs = tf.engine().runKernel('SoftDtw', { cost }, { ...attributes, withGradient });
    return (outputs as unknown as tf.Tensor1D[])[0];
  });
}

/** gamma = 0, the hard minimum, is for the typed-array API: here everything has a gradient, and that one is not defined at ties. */
function resolve(options: TensorSoftDtwOptions, allowed: readonly string[]) {
  const { cost, gamma, pattern } = resolveOptions(options, allowed);
  if (gamma === 0) throw expectedValue('a finite number > 0', 'gamma', gamma);
  return { cost, attributes: { gamma, pattern } };
}
