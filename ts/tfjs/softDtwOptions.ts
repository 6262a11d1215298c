import type { PointCostCode, StepPatternCode } from '../native/NativeBinding';
import { expectedValue } from '../util/expected';

export interface SoftDtwOptions {
  /** Cost of a point of x against a point of y; default squaredEuclidean. */
  cost?: keyof typeof pointCostCodes;
  /** The three moves of classic DTW, or WETAS's two (a row per label: stay or advance at each column); default symmetric1. */
  stepPattern?: keyof typeof stepPatternCodes;
  /** Smoothing > 0, in units of cost; default 1. */
  gamma?: number;
}

const stepPatternCodes = { symmetric1: 0, stayOrAdvance: 1 } as const;
const pointCostCodes = { squaredEuclidean: 0, euclidean: 1, absolute: 2, cosine: 3 } as const;

export function stepPatternCode(name: keyof typeof stepPatternCodes): StepPatternCode {
  return codeOf(stepPatternCodes, name, 'stepPattern');
}

export function pointCostCode(name: keyof typeof pointCostCodes): PointCostCode {
  return codeOf(pointCostCodes, name, 'cost');
}

function codeOf<Codes extends Record<string, number>>(
  codes: Codes,
  name: keyof Codes,
  option: string,
): Codes[keyof Codes] {
  if (!Object.hasOwn(codes, name)) throw expectedValue(Object.keys(codes).join(' or '), option, name);
  return codes[name];
}
