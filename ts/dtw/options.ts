import type { PointCostCode, StepPatternCode } from '../native/NativeBinding';
import { expectedType, expectedValue } from '../util/expected';

/** The cost of matching one point of x with one point of y, both of `channels` numbers. */
export type CostKind = 'squaredEuclidean' | 'euclidean' | 'absolute' | 'cosine';

/**
 * The moves of a warping path through the cells (i, j).
 * - `symmetric1`: from (i-1, j-1), (i, j-1) and (i-1, j), unweighted (Sakoe & Chiba 1978).
 * - `stayOrAdvance`: from (i-1, j-1) and (i, j-1) only, WETAS's two (Lee et al., ICCV 2021): every column j is matched with exactly
 *   one row i. A path exists only where x is no longer than y.
 */
export type StepPattern = 'symmetric1' | 'stayOrAdvance';

export interface DtwOptions {
  /**
   * Pointwise cost, default `squaredEuclidean`: sum (x-y)^2. `euclidean` is its square root, `absolute` is sum |x-y|, `cosine` is
   * 1 - x.y / (|x| |y|), and 1 where a point is all zeros. Where a cost has no derivative (equal points, zero points) its gradient is 0.
   */
  cost?: CostKind;
  /** Default `symmetric1`. */
  stepPattern?: StepPattern;
  /** Hard DTW only: the square root of the summed cost, as some libraries define the distance. Default false. */
  root?: boolean;
}

export interface SoftDtwOptions extends DtwOptions {
  /** Smoothing, in units of the cost; >= 0, default 1. 0 is the hard minimum. */
  gamma?: number;
}

const costCodes: Record<CostKind, PointCostCode> = { squaredEuclidean: 0, euclidean: 1, absolute: 2, cosine: 3 };
const stepPatternCodes: Record<StepPattern, StepPatternCode> = { symmetric1: 0, stayOrAdvance: 1 };

/** The options of one call, checked. `allowed` names those that the called function has; any other is an error. */
export function resolveOptions(options: SoftDtwOptions, allowed: readonly string[]) {
  rejectUnknownKeys(options, 'options', allowed);
  const { cost = 'squaredEuclidean', stepPattern = 'symmetric1', gamma = 1, root = false } = options;
  if (typeof root !== 'boolean') throw expectedType('a boolean', 'root', root);
  return {
    cost: codeOf(costCodes, 'cost', cost),
    pattern: codeOf(stepPatternCodes, 'stepPattern', stepPattern),
    gamma: checkGamma(gamma),
    root,
  };
}

export function checkGamma(gamma: unknown): number {
  if (typeof gamma !== 'number') throw expectedType('a number', 'gamma', gamma);
  if (!(gamma >= 0 && Number.isFinite(gamma))) throw expectedValue('a finite number >= 0', 'gamma', gamma);
  return gamma;
}

/** A misspelt option, or one that a later version has, must not be ignored in silence. */
export function rejectUnknownKeys(value: unknown, name: string, allowed: readonly string[]): void {
  if (typeof value !== 'object' || value === null) throw expectedType('an object', name, value);
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) throw expectedType(`only the keys ${allowed.join(', ')}`, name, key);
  }
}

function codeOf<Code>(codes: Record<string, Code>, name: string, value: unknown): Code {
  if (typeof value !== 'string' || !Object.hasOwn(codes, value))
    throw expectedValue(`one of ${Object.keys(codes).join(', ')}`, name, value);
  return codes[value];
}
