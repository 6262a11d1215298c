import * as tf from '@tensorflow/tfjs';
import { mersenne } from 'pure-rand/generator/mersenne';
import { initialWeights } from '../../dist/model/parameters.js';
import { dilatedConv1dComposite } from '../../dist/tfjs/dilatedConv1dComposite.js';
import { residualBlockComposite } from '../../dist/tfjs/residualBlockComposite.js';

/**
 * The causal network of ordinary tfjs ops, without our kernels. tfjs has no gradient of a dilated convolution, so one is a sum of matrix products, a tap
 * each.
 */
export class TfjsNetwork {
  constructor(config) {
    this.config = config;
    const weights = initialWeights(config, { biasInit: 'zeros', random: mersenne(0) });
    this.variables = Object.fromEntries(
      Array.from(weights, ([name, { shape, data }]) => [name, tf.variable(tf.tensor(data, shape))]),
    );
  }

  setWeights(weights) {
    for (const [name, { data, shape }] of weights) tf.tidy(() => this.variables[name].assign(tf.tensor(data, shape)));
  }

  /** x [B, T, C] -> weakLogit [B], denseLogit [B, T] */
  forward(x) {
    return tf.tidy(() => {
      const { kernelSize, dilationBase, nLayers } = this.config;
      const v = this.variables;
      let z = dilatedConv1dComposite(x, v['entry.filter'], v['entry.bias'], { dilation: 1, padLeft: kernelSize - 1 });
      let skip = null;
      for (let i = 0; i < nLayers; i++) {
        const dilation = dilationBase ** i;
        const options = { dilation, padLeft: (kernelSize - 1) * dilation, dropoutRate: 0, dropoutSeed: 0 };
        [z, skip] = residualBlockComposite(z, skip, this.#block(i), options);
      }
      const output = this.#head(this.#head(skip, 'head.0'), 'head.1');
      const [batch, length, channels] = output.shape;
      const denseLogit = this.#linear(tf.reshape(output, [batch * length, channels]));
      return { weakLogit: this.#linear(tf.mean(output, 1)), denseLogit: tf.reshape(denseLogit, [batch, length]) };
    });
  }

  /** The last block's output convolution would feed nothing: neither side spends time on it. */
  #block(i) {
    const names = ['filter', 'bias', 'skip', 'skipBias', ...(i === this.config.nLayers - 1 ? [] : ['out', 'outBias'])];
    return Object.fromEntries(names.map((name) => [name, this.variables[`blocks.${i}.${name}`]]));
  }

  #head(x, name) {
    const filter = tf.expandDims(this.variables[`${name}.weight`], 0);
    return dilatedConv1dComposite(x, filter, this.variables[`${name}.bias`], {
      dilation: 1,
      padLeft: 0,
      rectified: true,
    });
  }

  /** [rows, O] -> [rows] */
  #linear(rows) {
    const { 'fc.weight': weight, 'fc.bias': bias } = this.variables;
    return tf.squeeze(tf.add(tf.matMul(rows, tf.reshape(weight, [-1, 1])), bias), [1]);
  }
}
