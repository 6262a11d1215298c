import * as tf from '@tensorflow/tfjs';
import { mersenne } from 'pure-rand/generator/mersenne';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { dilatedConv1d, residualBlocks } from '../tfjs';
import { maxOverTime } from '../tfjs/maxOverTime';
import { peekSync } from '../tfjs/peekSync';
import { expectedValue } from '../util/expected';
import type { WetasConfig } from './config';
import { type Initialisation, initialWeights, parameterShapes, type Weight, type Weights } from './parameters';
import { meanOverTime } from './pooling';

/** The part of the config that the network depends on. */
export type NetworkConfig = Pick<
  WetasConfig,
  | 'channels'
  | 'hiddenSize'
  | 'outputSize'
  | 'kernelSize'
  | 'dilationBase'
  | 'nLayers'
  | 'context'
  | 'poolingType'
  | 'precision'
  | 'dropout'
>;

/** The network's parts, in the order of the forward pass. */
export type NetworkPart = 'entry' | 'blocks' | 'head';

/** Called with the output of each part; what it returns is used in its place. */
export type ForwardMark = <T extends tf.Tensor>(part: NetworkPart, x: T) => T;

/** What the network says of a batch; the scores are the sigmoids of the logits. */
export interface NetworkOutput {
  /** [B] */
  weakLogit: tf.Tensor1D;
  /** [B, T] */
  denseLogit: tf.Tensor2D;
}

/**
 * The dilated CNN of Lee et al. 2021, section 3.2: an entry convolution, residual blocks of growing dilation whose skip
 * connections are summed, a head of two 1 x 1 convolutions, and one linear layer from the output to both logits.
 */
export class DiCNN {
  /** The parameters by name, in the order of the network (see parameterShapes). */
  readonly variables: Readonly<Record<string, tf.Variable>>;

  /**
   * @param init how to draw new parameters, or the parameters
   * @throws RangeError where given parameters lack one, have one too many or have one of another shape
   */
  constructor(
    readonly config: NetworkConfig,
    init: Initialisation | Weights,
  ) {
    const weights = 'random' in init ? initialWeights(config, init) : checkedWeights(config, init);
    this.variables = Object.fromEntries(Array.from(weights, ([name, weight]) => [name, toVariable(weight)]));
  }

  /**
   * @param x [B, T, channels], any T
   * @param mask [B, T], 1 at real points and 0 at padding, which the pooling leaves out; the network sees all of x
   * @param dropout given in training alone; the same seed drops the same gate outputs
   * @param mark for a profiler
   */
  forward(x: tf.Tensor3D, mask?: tf.Tensor2D, dropout?: { seed: number }, mark: ForwardMark = unmarked): NetworkOutput {
    return tf.tidy(() => {
      const z = mark('entry', this.entry(x));
      const hidden = this.hidden(mark('blocks', this.skips(z, dropout)));
      const { denseLogit, weakLogit } = this.logits(hidden, mask);
      return { denseLogit: mark('head', denseLogit), weakLogit: mark('head', weakLogit) };
    });
  }

  /** The output [B, T, O] from which the linear layer makes both logits. */
  output(x: tf.Tensor3D, dropout?: { seed: number }): tf.Tensor3D {
    return tf.tidy(() => this.lastConvolution(this.hidden(this.skips(this.entry(x), dropout))));
  }

  private entry(x: tf.Tensor3D): tf.Tensor3D {
    const { context, precision } = this.config;
    const v = this.variables as Record<string, tf.Variable<never>>;
    return dilatedConv1d(x, v['entry.filter'], v['entry.bias'], { dilation: 1, context, precision });
  }

  /** The sum of the blocks' skip connections, [B, T, H]. */
  private skips(z: tf.Tensor3D, dropout?: { seed: number }): tf.Tensor3D {
    const { dilationBase, nLayers, context, precision, dropout: dropoutRate } = this.config;
    const v = this.variables as Record<string, tf.Variable<never>>;
    // A seed of its own for each block, or they would all drop the same places.
    const random = dropout && dropoutRate > 0 ? mersenne(dropout.seed) : undefined;
    const blocks = Array.from({ length: nLayers }, (_, i) => {
      const weight = (name: string) => v[`blocks.${i}.${name}`];
      return {
        dilation: dilationBase ** i,
        ...(random && { dropoutSeed: uniformInt(random, 0, 2 ** 31 - 1) }),
        filter: weight('filter'),
        bias: weight('bias'),
        skip: weight('skip'),
        skipBias: weight('skipBias'),
        // Nothing reads what the last one would hand on.
        ...(i < nLayers - 1 && { out: weight('out'), outBias: weight('outBias') }),
      };
    });
    const { skip } = residualBlocks(z, blocks, { context, precision, ...(random && { dropoutRate }) });
    // Here, not at the end of the tidy: forward only, less memory serves. A tape keeps what it needs.
    z.dispose();
    return skip;
  }

  /** After the head's first convolution, [B, T, H]. */
  private hidden(skip: tf.Tensor3D): tf.Tensor3D {
    return this.rectifiedPointwise(skip, 'head.0');
  }

  private logits(hidden: tf.Tensor3D, mask?: tf.Tensor2D): NetworkOutput {
    if (this.config.poolingType === 'avg') {
      const denseLogit = this.denseLogit(hidden);
      return { denseLogit, weakLogit: meanOverTime(denseLogit, mask) };
    }
    const [batch, length] = hidden.shape;
    const output = this.lastConvolution(hidden);
    const denseLogit = tf.reshape<tf.Rank.R2>(this.linear(output), [batch, length]);
    return { denseLogit, weakLogit: this.linear(maxOverTime(output, mask)) };
  }

  private lastConvolution(hidden: tf.Tensor3D): tf.Tensor3D {
    return this.rectifiedPointwise(hidden, 'head.1');
  }

  private rectifiedPointwise(x: tf.Tensor3D, name: 'head.0' | 'head.1'): tf.Tensor3D {
    const filter = tf.expandDims<tf.Tensor3D>(this.variables[`${name}.weight`], 0);
    const bias = this.variables[`${name}.bias`] as tf.Tensor1D;
    const y = dilatedConv1d(x, filter, bias, { dilation: 1, rectified: true, precision: this.config.precision });
    // Here, not at the end of the tidy: forward only, less memory serves. A tape keeps what it needs.
    x.dispose();
    return y;
  }

  /**
   * linear(lastConvolution(hidden)), [B, T]. Nothing stands between these two linear maps, so their product is taken first: a vector, instead of a matrix
   * for each timestep.
   */
  private denseLogit(hidden: tf.Tensor3D): tf.Tensor2D {
    const {
      'head.1.weight': weight,
      'head.1.bias': bias,
      'fc.weight': linearWeight,
      'fc.bias': linearBias,
    } = this.variables;
    const column = tf.reshape(linearWeight, [-1, 1]);
    const filter = tf.expandDims<tf.Tensor3D>(tf.matMul(weight, column), 0);
    const constant = tf.add<tf.Tensor1D>(tf.dot(bias, linearWeight), linearBias);
    const { precision } = this.config;
    const logit = dilatedConv1d(hidden, filter, constant, { dilation: 1, rectified: true, precision });
    return tf.squeeze(logit, [2]);
  }

  /** [..., O] -> [rows] */
  private linear(rows: tf.Tensor): tf.Tensor1D {
    const { 'fc.weight': weight, 'fc.bias': bias } = this.variables;
    const column = tf.reshape(weight, [-1, 1]);
    return tf.reshape(tf.add(tf.matMul(tf.reshape(rows, [-1, weight.size]), column), bias), [-1]);
  }

  /** A copy of all parameters. */
  weights(): Weights {
    return new Map(
      Object.entries(this.variables).map(([name, variable]) => [
        name,
        { shape: variable.shape, data: peekSync(variable).slice() },
      ]),
    );
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}

const unmarked: ForwardMark = (_part, x) => x;

function toVariable({ shape, data }: Weight): tf.Variable {
  // A copy, because tfjs keeps the array that it is given.
  return tf.tidy(() => tf.variable(tf.tensor(data.slice(), [...shape])));
}

/** The given parameters in the order of the network. */
function checkedWeights(config: NetworkConfig, given: Weights): Weights {
  const shapes = parameterShapes(config);
  for (const name of given.keys()) {
    if (!shapes.has(name)) throw expectedValue(`the ${shapes.size} parameters of its config alone`, 'weights', name);
  }
  return new Map(
    Array.from(shapes, ([name, shape]) => {
      const weight = given.get(name);
      if (!weight || weight.shape.join() !== shape.join()) {
        throw expectedValue(`float32 values of shape [${shape.join(', ')}]`, name, weight?.shape);
      }
      return [name, weight];
    }),
  );
}
