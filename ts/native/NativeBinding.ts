/**
 * The hand-written type of the addon, in the order of native/binding.
 *
 * Conventions: sizes first, then inputs, then outputs. Every array is dense, row-major and exactly as long as its shape
 * says; JavaScript allocates all of them and C++ fills the outputs. An output may overlap no other argument. The addon checks types,
 * lengths and overlap and throws TypeError or RangeError; the meaning of the values is checked by its callers.
 */

/** float32 or float64: all the arrays of one call are of the same kind. */
export type FloatArray = Float32Array | Float64Array;

/** 0: symmetric1, three moves. 1: stayOrAdvance, WETAS's two. */
export type StepPatternCode = 0 | 1;
/** 0: squaredEuclidean, 1: euclidean, 2: absolute, 3: cosine. */
export type PointCostCode = 0 | 1 | 2 | 3;

/** y = op(x) */
export enum UnaryOp {
  Tanh,
  Sigmoid,
  Relu,
  Step,
  Square,
  Sqrt,
  Exp,
  Log,
  Neg,
  Abs,
}
/** y = a op b */
export enum BinaryOp {
  Add,
  Sub,
  Multiply,
  RealDiv,
  Maximum,
  Minimum,
  SquaredDifference,
}

export interface DeviceBinding {
  setThreads(threads: number): void;
  deviceInfo(target: { device: string; simd: string; threads: number }): void;
}

/** Batched dynamic programmes over cost [batch, rows, cols]; value [batch]. +infinity forbids a cell; NaN in a pair makes its results NaN. */
export interface DtwBinding {
  softDtwForward(
    batch: number,
    rows: number,
    cols: number,
    pattern: StepPatternCode,
    gamma: number,
    cost: FloatArray,
    value: FloatArray,
  ): void;
  /** gradient [batch, rows, cols] = d value / d cost = E, the expected alignment; 0 where no path is admissible (value +infinity). */
  softDtwGradient(
    batch: number,
    rows: number,
    cols: number,
    pattern: StepPatternCode,
    gamma: number,
    cost: FloatArray,
    value: FloatArray,
    gradient: FloatArray,
  ): void;
  hardDtw(
    batch: number,
    rows: number,
    cols: number,
    pattern: StepPatternCode,
    cost: FloatArray,
    value: FloatArray,
  ): void;
  /** path [batch, rows + cols - 1, 2]: (row, column) from start to end, pathLength [batch] says how many pairs are filled (0 without a path). Ties: diagonal, then staying on the row. */
  hardDtwPath(
    batch: number,
    rows: number,
    cols: number,
    pattern: StepPatternCode,
    cost: FloatArray,
    value: FloatArray,
    path: Int32Array,
    pathLength: Int32Array,
  ): void;
  /** stayOrAdvance: labelIndex [batch, cols] = the row of the best path at each column; ties prefer staying; -1 everywhere without a path. */
  dtwAlign(
    batch: number,
    rows: number,
    cols: number,
    cost: FloatArray,
    value: FloatArray,
    labelIndex: Int32Array,
  ): void;
  /** x [batch, rows, channels], y [batch, cols, channels] -> cost [batch, rows, cols]. */
  pointCost(
    batch: number,
    rows: number,
    cols: number,
    channels: number,
    kind: PointCostCode,
    x: FloatArray,
    y: FloatArray,
    cost: FloatArray,
  ): void;
  /** The adjoint of pointCost: dCost [batch, rows, cols] -> dx [batch, rows, channels] and dy [batch, cols, channels], either may be null. */
  pointCostGradient(
    batch: number,
    rows: number,
    cols: number,
    channels: number,
    kind: PointCostCode,
    x: FloatArray,
    y: FloatArray,
    dCost: FloatArray,
    dx: FloatArray | null,
    dy: FloatArray | null,
  ): void;
}

/** 0: float32, 1: bfloat16 (see native/include/wetas/precision.h). */
export type PrecisionCode = 0 | 1;

/**
 * Sizes of a convolution over [batch, length, channels], same length out; tap k of filter [kernelSize, in, out] reads x at t - padLeft + k * dilation
 * (zero outside), or max(x, 0) where rectified.
 */
export type ConvSizes = [
  batch: number,
  length: number,
  inChannels: number,
  outChannels: number,
  kernelSize: number,
  dilation: number,
  padLeft: number,
  rectified: boolean,
  precision: PrecisionCode,
];
/** Sizes of a residual block: in = out = channels. dropoutRate in [0, 1); dropoutSeed in [0, 2^31) (see native/kernels/cpu/dropout.h). */
export type BlockSizes = [
  batch: number,
  length: number,
  channels: number,
  kernelSize: number,
  dilation: number,
  padLeft: number,
  dropoutRate: number,
  dropoutSeed: number,
  precision: PrecisionCode,
];

export interface NetworkBinding {
  /** y [batch, length, out] = conv(x [batch, length, in], filter) + bias [out]. */
  dilatedConv1d(
    ...args: [...ConvSizes, x: Float32Array, filter: Float32Array, bias: Float32Array, y: Float32Array]
  ): void;
  /** x is read only where rectified, and may be null elsewhere. */
  dilatedConv1dGradInput(
    ...args: [...ConvSizes, x: Float32Array | null, dy: Float32Array, filter: Float32Array, dx: Float32Array]
  ): void;
  /** dBias may be null. */
  dilatedConv1dGradFilter(
    ...args: [...ConvSizes, x: Float32Array, dy: Float32Array, dFilter: Float32Array, dBias: Float32Array | null]
  ): void;
  /**
   * a = conv(x, filter) + bias; g = dropout(tanh(a) sigmoid(a)); skipOut = skip + g skipWeight + skipBias; xOut = x + g outWeight + outBias.
   * Saves a (preActivation) unless that is null. skip may be null for zeros. outWeight, outBias and xOut are all null for the last block, whose output convolution feeds nothing.
   */
  residualBlock(
    ...args: [
      ...BlockSizes,
      x: Float32Array,
      skip: Float32Array | null,
      filter: Float32Array,
      bias: Float32Array,
      skipWeight: Float32Array,
      skipBias: Float32Array,
      outWeight: Float32Array | null,
      outBias: Float32Array | null,
      preActivation: Float32Array | null,
      xOut: Float32Array | null,
      skipOut: Float32Array,
    ]
  ): void;
  /** The gradient of skip is dSkipOut itself and is not computed here. dx may be null (nobody needs it). */
  residualBlockGrad(
    ...args: [
      ...BlockSizes,
      x: Float32Array,
      preActivation: Float32Array,
      filter: Float32Array,
      skipWeight: Float32Array,
      outWeight: Float32Array | null,
      dXOut: Float32Array | null,
      dSkipOut: Float32Array,
      dx: Float32Array | null,
      dFilter: Float32Array,
      dBias: Float32Array,
      dSkipWeight: Float32Array,
      dSkipBias: Float32Array,
      dOutWeight: Float32Array | null,
      dOutBias: Float32Array | null,
    ]
  ): void;
  /** c [batch, m, n] = op(a) op(b) with a [aBatch, m, k] or, transposed, [aBatch, k, m]; b [bBatch, k, n] or [bBatch, n, k]; aBatch and bBatch are batch or 1. */
  batchMatMul(
    batch: number,
    m: number,
    n: number,
    k: number,
    aBatch: number,
    bBatch: number,
    transposeA: boolean,
    transposeB: boolean,
    a: Float32Array,
    b: Float32Array,
    c: Float32Array,
  ): void;
  /** mask [count] of 0 and 1 / (1 - rate): the same numbers that residualBlock uses at flat index i of its gate. */
  dropoutMask(count: number, rate: number, seed: number, mask: Float32Array): void;
  /** One Adam step (Kingma & Ba 2015, PyTorch's form) in place of params, m, v [count]: step counts from 1. */
  adamStep(
    count: number,
    step: number,
    learningRate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    gradient: Float32Array,
    params: Float32Array,
    m: Float32Array,
    v: Float32Array,
  ): void;
}

export interface ElementwiseBinding {
  unary(op: UnaryOp, count: number, x: Float32Array, y: Float32Array): void;
  /** a, b, y [count] */
  binary(op: BinaryOp, count: number, a: Float32Array, b: Float32Array, y: Float32Array): void;
  /** y = x op scalar, or scalar op x where scalarFirst */
  binaryScalar(
    op: BinaryOp,
    count: number,
    scalarFirst: boolean,
    scalar: number,
    x: Float32Array,
    y: Float32Array,
  ): void;
  /** x, y [rows, cols], row [cols]: y = x op row, or row op x where rowFirst */
  binaryRow(
    op: BinaryOp,
    rows: number,
    cols: number,
    rowFirst: boolean,
    x: Float32Array,
    row: Float32Array,
    y: Float32Array,
  ): void;
  /** x, y [rows, cols], column [rows]: y = x op column, or column op x where columnFirst */
  binaryColumn(
    op: BinaryOp,
    rows: number,
    cols: number,
    columnFirst: boolean,
    x: Float32Array,
    column: Float32Array,
    y: Float32Array,
  ): void;
  /** y [outer, inner] = sum over the middle axis of x [outer, reduced, inner], times scale */
  sumAxis(outer: number, reduced: number, inner: number, scale: number, x: Float32Array, y: Float32Array): void;
}

export interface NativeBinding extends DeviceBinding, DtwBinding, NetworkBinding, ElementwiseBinding {}
