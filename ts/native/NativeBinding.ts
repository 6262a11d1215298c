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
/** 0: squaredEuclidean, 1: euclidean, 2: absolute, 3: cosine, 4: binaryCrossEntropy. */
export type PointCostCode = 0 | 1 | 2 | 3 | 4;
/** 0: x[p] with y[p]. 1: every x with every y, row-major. 2: x with itself, pairs (p, q) with p < q, row-major; y is x. */
export type PairingCode = 0 | 1 | 2;
/** 0: auto, 1: cpu, 2: cuda (native/include/wetas/device.h). */
export type DeviceCode = 0 | 1 | 2;
/** 0: none, 1: Sakoe-Chiba (bandSize = radius), 2: Itakura (bandSize = slope). */
export type BandCode = 0 | 1 | 2;

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

/** What deviceInfo() fills; gpuMissing says why there is no GPU, or is empty. */
export interface DeviceInfoTarget {
  device: string;
  simd: string;
  threads: number;
  gpuName?: string;
  gpuComputeCapability?: string;
  gpuMissing?: string;
}

export interface DeviceBinding {
  setThreads(threads: number): void;
  deviceInfo(target: DeviceInfoTarget): void;
  /** Of the array's buffer, now and not when the collector comes: all views of it have no elements from then on. */
  freeMemory(array: Float32Array): void;
}

/** Pairs of series: x [xCount, rows, channels], y [yCount, cols, channels]; the lengths, or null, say how much of each series is real. */
export type SeriesPairs = [
  pairing: PairingCode,
  xCount: number,
  rows: number,
  yCount: number,
  cols: number,
  channels: number,
  kind: PointCostCode,
  x: FloatArray,
  y: FloatArray,
  xLengths: Int32Array | null,
  yLengths: Int32Array | null,
];
/** Pairs by their cost [batch, rows, cols]; +infinity forbids a cell; sizes [batch, 2], or null, says how much of each matrix is real. */
export type CostPairs = [batch: number, rows: number, cols: number, cost: FloatArray, sizes: Int32Array | null];
/** The paths that are admissible, and what their moves cost (native/include/wetas/dtw_problem.h). */
export type WarpingPaths = [
  pattern: StepPatternCode,
  band: BandCode,
  bandSize: number,
  openStart: boolean,
  openEnd: boolean,
  stepPenalty: number,
];

/**
 * The dynamic programmes (native/include/wetas/soft_dtw.h, hard_dtw.h): `pairs` values each, in the order of the pairing. A pair with NaN has the
 * value NaN, one without an admissible path +infinity. Outputs that may be null are then not computed; the last ones may as well be left out. With device cuda
 * a call that GPUs do not have is a RangeError, and one that the GPU fails in an Error in CUDA's words.
 */
export interface DtwBinding {
  /** dx, dy in the layout of x, y; dCost [pairs, rows, cols]; all three only with pairing 0. */
  softDtw(
    ...args: [
      ...SeriesPairs,
      ...WarpingPaths,
      gamma: number,
      device: DeviceCode,
      value: FloatArray,
      dx?: FloatArray | null,
      dy?: FloatArray | null,
      dCost?: FloatArray | null,
    ]
  ): void;
  softDtwFromCost(
    ...args: [
      ...CostPairs,
      ...WarpingPaths,
      gamma: number,
      device: DeviceCode,
      value: FloatArray,
      dCost?: FloatArray | null,
    ]
  ): void;
  /** One pair (xCount = yCount = 1): r [rows, cols]. */
  accumulatedCost(...args: [...SeriesPairs, ...WarpingPaths, gamma: number, r: FloatArray]): void;
  /** direction, product [batch, rows, cols]: the derivative of dCost along direction. */
  softDtwHessianProduct(
    ...args: [...CostPairs, ...WarpingPaths, gamma: number, direction: FloatArray, product: FloatArray]
  ): void;
  /** path [pairs, rows + cols - 1, 2]: (row, column) from start to end, pathLength [pairs] says how many are filled; both or neither null; only with pairing 0. */
  hardDtw(
    ...args: [
      ...SeriesPairs,
      ...WarpingPaths,
      maxDistance: number,
      device: DeviceCode,
      value: FloatArray,
      path?: Int32Array | null,
      pathLength?: Int32Array | null,
    ]
  ): void;
  hardDtwFromCost(
    ...args: [
      ...CostPairs,
      ...WarpingPaths,
      maxDistance: number,
      device: DeviceCode,
      value: FloatArray,
      path?: Int32Array | null,
      pathLength?: Int32Array | null,
    ]
  ): void;
  /** stayOrAdvance: labelIndex [batch, cols] = the row of the best path at each column; ties prefer staying; -1 in the padding and without a path. */
  dtwAlign(...args: [...CostPairs, device: DeviceCode, value: FloatArray, labelIndex: Int32Array]): void;
  /** One pair: value [1]; ends [2] = start and end of the stretch of y. */
  subsequence(...args: [...SeriesPairs, ...WarpingPaths, value: FloatArray, ends: Int32Array]): void;
  /** pairing 1; index, value [xCount, min(k, yCount)]. */
  nearest(...args: [...SeriesPairs, ...WarpingPaths, k: number, index: Int32Array, value: FloatArray]): void;
  /** values, roots [count] */
  squareRoots(...args: [count: number, values: FloatArray, roots: FloatArray]): void;
  /** full [count, count], symmetric, from diagonal [count] and what is above it, upper [count (count - 1) / 2], row-major. */
  mirror(...args: [count: number, upper: FloatArray, diagonal: FloatArray, full: FloatArray]): void;
}

/** A running job of AsyncDtwBinding. */
export interface NativeJob {
  /** Asks it to stop; it then ends with an error, within milliseconds of its turn on a thread. */
  stop(): void;
  /** Cells done so far, of `total`; 0 before it starts. */
  cellsDone(): number;
  /** The cells of all the pairs' cost matrices. */
  readonly total: number;
}

/**
 * Each function of DtwBinding once more, on a thread of its own (native/binding/jobs.h): `done(error | null)` first, then the same arguments. It throws
 * what DtwBinding throws on bad arguments and then never calls `done`. The memory of every array must belong to the job alone until
 * `done`: nobody else may write, detach or resize it. Lengths and sizes are copied.
 */
export type AsyncDtwBinding = {
  [Name in keyof DtwBinding as `${Name}Async`]: (
    done: (error: Error | null) => void,
    ...args: Parameters<DtwBinding[Name]>
  ) => NativeJob;
};

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
/** Sizes of residual blocks: in = out = channels. dropoutRate in [0, 1). */
export type BlocksSizes = [
  batch: number,
  length: number,
  channels: number,
  kernelSize: number,
  dropoutRate: number,
  precision: PrecisionCode,
  blocks: number,
];
/**
 * Of each block, one after the other: dilation, padLeft, dropoutSeed in [0, 2^31) (see native/kernels/cpu/dropout.h), filter, bias, skipWeight, skipBias, outWeight,
 * outBias; the last two may be null in the last block.
 */
export type BlockArgument = number | Float32Array | null;

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
   * Of each block a = conv(x, filter) + bias; g = dropout(tanh(a) sigmoid(a)); skipOut += g skipWeight + skipBias; xOut = x + g outWeight + outBias, the x of
   * the next. kept [2 blocks - 1, batch, length, channels]: what residualBlocksGrad needs, or null. xOut: of the last block, null where it has no outWeight.
   */
  residualBlocks(
    ...args: [
      ...BlocksSizes,
      ...blocks: BlockArgument[],
      x: Float32Array,
      kept: Float32Array | null,
      xOut: Float32Array | null,
      skipOut: Float32Array,
    ]
  ): void;
  /**
   * After the blocks x, kept, dXOut (null where the last block has no outWeight), dSkipOut, dx (null where nobody needs it), and of each block dFilter, dBias, dSkipWeight,
   * dSkipBias, dOutWeight and dOutBias, of the last one no more than it has.
   */
  residualBlocksGrad(...args: [...BlocksSizes, ...blocksAndTensors: BlockArgument[]]): void;
  /** maximum [batch, channels] over the timesteps of x [batch, length, channels] where mask [batch, length], or null for all, is not 0; `when` it is first reached. */
  maxOverTime(
    batch: number,
    length: number,
    channels: number,
    x: Float32Array,
    mask: Float32Array | null,
    maximum: Float32Array,
    when: Float32Array,
  ): void;
  /** dx [batch, length, channels]: dMaximum [batch, channels] at `when`, 0 elsewhere. */
  maxOverTimeGrad(
    batch: number,
    length: number,
    channels: number,
    when: Float32Array,
    dMaximum: Float32Array,
    dx: Float32Array,
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

/** Sizes of DiCNN in causal context; block i has dilation dilationBase^i. */
export type CausalNetworkSizes = [
  channels: number,
  hiddenSize: number,
  outputSize: number,
  kernelSize: number,
  dilationBase: number,
  nLayers: number,
];

/** DiCNN over a series that comes in stretches (native/include/wetas/causal_network.h): a row's output has the same bits however the series is cut. */
export interface CausalNetworkBinding {
  /** sizes [3]: length of packed and of state, and the period of the state in rows. */
  causalNetworkSizes(...args: [...CausalNetworkSizes, sizes: Float64Array]): void;
  /** parameters: those of the network, one after the other in its order. */
  packCausalNetwork(...args: [...CausalNetworkSizes, parameters: Float32Array, packed: Float32Array]): void;
  /** The next rows x [rows, channels] -> output [rows, outputSize], denseLogit [rows]; position: the rows before, modulo the period; state: changed. */
  advanceCausalNetwork(
    ...args: [
      ...CausalNetworkSizes,
      position: number,
      rows: number,
      packed: Float32Array,
      x: Float32Array,
      state: Float32Array,
      output: Float32Array,
      denseLogit: Float32Array,
    ]
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

export interface NativeBinding
  extends DeviceBinding, DtwBinding, AsyncDtwBinding, NetworkBinding, CausalNetworkBinding, ElementwiseBinding {}
