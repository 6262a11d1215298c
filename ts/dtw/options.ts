import type { PointCostCode, StepPatternCode, WarpingPaths } from '../native/NativeBinding';
import { expectedType, expectedValue } from '../util/expected';
import { checkBoolean, checkFinite, checkWhole, rejectUnknownKeys } from './check';
import { chooseDevice, type ChosenDevice, type DeviceOptions } from './device';

/** The cost of matching one point of x with one point of y, both of `channels` numbers. */
export type CostKind = 'squaredEuclidean' | 'euclidean' | 'absolute' | 'cosine' | 'binaryCrossEntropy';

/**
 * The moves of a warping path through the cells (i, j).
 * - `symmetric1`: from (i-1, j-1), (i, j-1) and (i-1, j), unweighted (Sakoe & Chiba 1978).
 * - `stayOrAdvance`: from (i-1, j-1) and (i, j-1) only, WETAS's two (Lee et al., ICCV 2021): every column j is matched with exactly
 *   one row i. A path exists only where x is no longer than y.
 */
export type StepPattern = 'symmetric1' | 'stayOrAdvance';

/** Which warping paths are admissible, and what their moves cost. A path runs from cell (0, 0) to (length of x - 1, length of y - 1). */
export interface WarpingOptions extends DeviceOptions {
  /** Default `symmetric1`. */
  stepPattern?: StepPattern;
  /**
   * Sakoe-Chiba band: a whole number of cells >= 0. With x no longer than y (else swapped), cell (i, j) is inside where
   * 2 |i (cols-1) - j (rows-1)| <= max(2 radius, 1) (cols-1): |i-j| <= radius on squares, and slope-adjusted elsewhere, so that symmetric1 always
   * finds a path. Cells outside are neither read nor computed. At most one of the two bands.
   */
  sakoeChibaRadius?: number;
  /** Itakura parallelogram (Itakura 1975) of this maximal slope, >= 1: the cells of tslearn 0.10's mask. At most one of the two bands. */
  itakuraSlope?: number;
  /** A path may start at any point of y: x is matched with a stretch of y. Default false. */
  openStart?: boolean;
  /** A path may end at any point of y. Default false. */
  openEnd?: boolean;
  /** Added to the cost at every move that is not diagonal; in units of the cost, >= 0, default 0. */
  stepPenalty?: number;
}

export interface PointCostOptions {
  /**
   * Pointwise cost, default `squaredEuclidean`: sum (x-y)^2. `euclidean` is its square root, `absolute` is sum |x-y|, `cosine` is
   * 1 - x.y / (|x| |y|), and 1 where a point is all zeros. `binaryCrossEntropy` is -sum (x log y + (1-x) log(1-y)) for labels x in [0, 1] and scores y in
   * (0, 1); it is NaN for scores outside [0, 1], and not symmetric. Where a cost has no derivative (equal points, zero points) its gradient is 0.
   */
  cost?: CostKind;
}

/** What hard DTW has besides the paths. */
export interface DistanceOptions {
  /** Pairs whose value is above this, >= 0, are given up early: their value is +Infinity. In units of the value. Default +Infinity. */
  maxDistance?: number;
  /** The square root of the summed cost, as some libraries define the distance. Default false. */
  root?: boolean;
}

export interface SmoothingOptions {
  /** Smoothing, in units of the cost; in [0, 1e300], default 1. 0 is the hard minimum. */
  gamma?: number;
}

export interface DtwOptions extends WarpingOptions, PointCostOptions, DistanceOptions {}
export interface SoftDtwOptions extends WarpingOptions, PointCostOptions, SmoothingOptions {}

export const warpingKeys = [
  'stepPattern',
  'sakoeChibaRadius',
  'itakuraSlope',
  'openStart',
  'openEnd',
  'stepPenalty',
  'device',
];
/** The options that functions have, beside their own: of soft-DTW and of DTW, on series and on given costs. */
export const softCostKeys = [...warpingKeys, 'gamma'];
export const softKeys = ['cost', ...softCostKeys];
export const hardCostKeys = [...warpingKeys, 'maxDistance', 'root'];
export const hardKeys = ['cost', ...hardCostKeys];

const costCodes: Record<CostKind, PointCostCode> = {
  squaredEuclidean: 0,
  euclidean: 1,
  absolute: 2,
  cosine: 3,
  binaryCrossEntropy: 4,
};
const stepPatternCodes: Record<StepPattern, StepPatternCode> = { symmetric1: 0, stayOrAdvance: 1 };

export interface ResolvedOptions {
  cost: PointCostCode;
  paths: WarpingPaths;
  gamma: number;
  /** Of the summed cost, not of its root. */
  maxDistance: number;
  root: boolean;
  device: ChosenDevice;
}

const defaults: Omit<ResolvedOptions, 'device'> = {
  cost: costCodes.squaredEuclidean,
  paths: [stepPatternCodes.symmetric1, 0, 0, false, false, 0],
  gamma: 1,
  maxDistance: Infinity,
  root: false,
};

/** Made once: a small call would take as long to make them again. */
let defaultsOnGpu: ResolvedOptions | undefined;
let defaultsOnCpu: ResolvedOptions | undefined;

function withDevice(call: typeof defaults | null): ResolvedOptions {
  return { ...defaults, device: chooseDevice(undefined, call) };
}

/**
 * The options of one call, checked.
 *
 * @param allowed those that the called function has; any other is an error.
 * @param onGpu whether the function has a form for GPUs.
 */
export function resolveOptions(
  options: (SoftDtwOptions & DtwOptions) | undefined,
  allowed: readonly string[],
  onGpu = true,
): ResolvedOptions {
  if (options === undefined)
    return onGpu ? (defaultsOnGpu ??= withDevice(defaults)) : (defaultsOnCpu ??= withDevice(null));
  rejectUnknownKeys(options, 'options', allowed);
  const { cost = 'squaredEuclidean', gamma = 1, maxDistance = Infinity, root = false, device } = options;
  checkBoolean(root, 'root');
  if (typeof maxDistance !== 'number') throw expectedType('a number', 'maxDistance', maxDistance);
  if (!(maxDistance >= 0)) throw expectedValue('a number >= 0', 'maxDistance', maxDistance);
  const call = { cost: codeOf(costCodes, 'cost', cost), gamma: checkGamma(gamma) };
  return {
    ...call,
    paths: resolvePaths(options),
    maxDistance: root ? maxDistance * maxDistance : maxDistance,
    root,
    device: chooseDevice(device, onGpu ? call : null),
  };
}

/** A larger one has values beyond float64, as it is multiplied by the logarithm of the number of paths. */
function checkGamma(gamma: unknown): number {
  const checked = checkFinite(gamma, 'gamma', 0);
  if (checked > 1e300) throw expectedValue('a number <= 1e300', 'gamma', checked);
  return checked;
}

function resolvePaths(options: WarpingOptions): WarpingPaths {
  const { stepPattern = 'symmetric1', sakoeChibaRadius, itakuraSlope } = options;
  const { openStart = false, openEnd = false, stepPenalty = 0 } = options;
  if (sakoeChibaRadius !== undefined && itakuraSlope !== undefined)
    throw expectedValue('no other band beside `sakoeChibaRadius`', 'itakuraSlope', itakuraSlope);
  const pattern = codeOf(stepPatternCodes, 'stepPattern', stepPattern);
  checkBoolean(openStart, 'openStart');
  checkBoolean(openEnd, 'openEnd');
  checkFinite(stepPenalty, 'stepPenalty', 0);
  if (sakoeChibaRadius !== undefined)
    return [pattern, 1, checkWhole(sakoeChibaRadius, 'sakoeChibaRadius', 0), openStart, openEnd, stepPenalty];
  if (itakuraSlope !== undefined)
    return [pattern, 2, checkFinite(itakuraSlope, 'itakuraSlope', 1), openStart, openEnd, stepPenalty];
  return [pattern, 0, 0, openStart, openEnd, stepPenalty];
}

function codeOf<Code>(codes: Record<string, Code>, name: string, value: unknown): Code {
  if (typeof value !== 'string' || !Object.hasOwn(codes, value))
    throw expectedValue(`one of ${Object.keys(codes).join(', ')}`, name, value);
  return codes[value];
}
