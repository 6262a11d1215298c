import type * as tf from '@tensorflow/tfjs';

/** What every block has, of C channels; matrices are [in, out]. */
interface CommonWeights {
  /** [K, C, C]: the dilated convolution */
  filter: tf.Tensor3D;
  /** [C] */
  bias: tf.Tensor1D;
  /** [C, C]: the 1 x 1 convolution that feeds the sum of skips */
  skip: tf.Tensor2D;
  /** [C] */
  skipBias: tf.Tensor1D;
}

/** Weights of a block of C channels. */
export interface ResidualBlockWeights extends CommonWeights {
  /** [C, C]: the 1 x 1 convolution that feeds the next block */
  out: tf.Tensor2D;
  /** [C] */
  outBias: tf.Tensor1D;
}

/** A block of a stack. */
export interface ResidualBlock extends CommonWeights {
  /** [C, C]: the 1 x 1 convolution that feeds the next block. The last block may be without, where nothing reads what it would hand on. */
  out?: tf.Tensor2D;
  /** [C], together with `out` */
  outBias?: tf.Tensor1D;
  /** Distance in timesteps between the taps of the filter: an integer >= 1. */
  dilation: number;
  /** Which elements are dropped: an integer in [0, 2^31), default 0. The same seed drops the same elements. */
  dropoutSeed?: number;
}
