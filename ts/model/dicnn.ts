import * as tf from '@tensorflow/tfjs';
import { mersenne } from 'pure-rand/generator/mersenne';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { dilatedConv1d, residualBlock } from '../tfjs';
import { lastResidualBlock } from '../tfjs/residualBlock';
import { expectedValue } from '../util/expected';
import type { WetasConfig } from './config';
import { type Initialisation, initialWeights, parameterShapes, type Weight, type Weights } from './parameters';
import { poolLogits } from './pooling';

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
  | 'dropout'
>;

/** The network's parts, in the order of the forward pass. */
export type NetworkPart = 'entry' | 'blocks' | 'head';

/** Called with the output of each part; what it returns is used in its place. */
export type ForwardMark = <T extends tf.Tensor>(part: NetworkPart, x: T) => T;

/** What the network says of a batch; the scores are the sigmoids of the logits. */
export interface NetworkOutput {
  /** [B, T, O], from which both logits are made. */
  output: tf.Tensor3D;
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
      const output = this.head(mark('blocks', this.skips(z, dropout)));
      const [batch, length, outputSize] = output.shape;
      const { 'fc.weight': weight, 'fc.bias': bias } = this.variables;
      const linear = (rows: tf.Tensor): tf.Tensor1D =>
        tf.reshape(
          tf.add(tf.matMul(tf.reshape(rows, [-1, outputSize]), tf.reshape(weight, [outputSize, 1])), bias),
          [-1],
        );
      const denseLogit = tf.reshape<tf.Rank.R2>(linear(output), [batch, length]);
      const weakLogit = poolLogits(this.config.poolingType, output, denseLogit, linear, mask);
      return { output, denseLogit: mark('head', denseLogit), weakLogit: mark('head', weakLogit) };
    });
  }

  private entry(x: tf.Tensor3D): tf.Tensor3D {
    const v = this.variables as Record<string, tf.Variable<never>>;
    return dilatedConv1d(x, v['entry.filter'], v['entry.bias'], { dilation: 1, context: this.config.context });
  }

  /** The sum of the blocks' skip connections, [B, T, H]. */
  private skips(z: tf.Tensor3D, dropout?: { seed: number }): tf.Tensor3D {
    const { dilationBase, nLayers, context, dropout: dropoutRate } = this.config;
    const v = this.variables as Record<string, tf.Variable<never>>;
    // A seed of its own for each block, or they would all drop the same places.
    const random = dropout && dropoutRate > 0 ? mersenne(dropout.seed) : undefined;
    let skip: tf.Tensor3D = tf.zeros(z.shape);
    for (let i = 0; i < nLayers; i++) {
      const block = (name: string) => v[`blocks.${i}.${name}`];
      const options = {
        dilation: dilationBase ** i,
        context,
        ...(random && { dropoutRate, dropoutSeed: uniformInt(random, 0, 2 ** 31 - 1) }),
      };
      const weights = {
        filter: block('filter'),
        bias: block('bias'),
        skip: block('skip'),
        skipBias: block('skipBias'),
      };
      const consumed = [z, skip];
      if (i === nLayers - 1) skip = lastResidualBlock(z, skip, weights, options);
      else [z, skip] = residualBlock(z, skip, { ...weights, out: block('out'), outBias: block('outBias') }, options);
      // Here, not at the end of the tidy: forward only, the memory of two blocks serves them all. A tape keeps what it needs.
      tf.dispose(consumed);
    }
    return skip;
  }

  private head(skip: tf.Tensor3D): tf.Tensor3D {
    return [0, 1].reduce((z, i) => {
      const weight = this.variables[`head.${i}.weight`] as tf.Tensor2D;
      const filter = tf.expandDims<tf.Tensor3D>(weight, 0);
      const bias = this.variables[`head.${i}.bias`] as tf.Tensor1D;
      const next = tf.tidy(() => dilatedConv1d(tf.relu(z), filter, bias, { dilation: 1 }));
      z.dispose();
      return next;
    }, skip);
  }

  /** A copy of all parameters. */
  weights(): Weights {
    return new Map(
      Object.entries(this.variables).map(([name, variable]) => [
        name,
        { shape: variable.shape, data: variable.dataSync<'float32'>().slice() },
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
