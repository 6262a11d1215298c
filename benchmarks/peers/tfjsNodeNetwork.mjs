import * as tf from '@tensorflow/tfjs';
import { mersenne } from 'pure-rand/generator/mersenne';
import { initialWeights } from '../../dist/model/parameters.js';
import { dilatedConv1dComposite } from '../../dist/tfjs/dilatedConv1dComposite.js';
import { residualBlocksComposite } from '../../dist/tfjs/residualBlocksComposite.js';

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
      const z = dilatedConv1dComposite(x, v['entry.filter'], v['entry.bias'], { dilation: 1, padLeft: kernelSize - 1 });
      const dilations = Array.from({ length: nLayers }, (_, i) => dilationBase ** i);
      const { skip } = residualBlocksComposite(
        z,
        Array.from(dilations.keys(), (i) => this.#block(i)),
        {
          dilations,
          padLefts: dilations.map((dilation) => (kernelSize - 1) * dilation),
          dropoutRate: 0,
          dropoutSeeds: dilations.map(() => 0),
        },
      );
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
