import type { FloatArray, SeriesPairs } from '../native/NativeBinding';
import { expectedValue } from '../util/expected';
import { zerosLike } from './arrays';
import { runAsync, type AsyncOptions } from './async';
import { checkBoolean } from './check';
import { takeFor } from './device';
import {
  hardKeys,
  resolveOptions,
  softKeys,
  type DtwOptions,
  type ResolvedOptions,
  type SoftDtwOptions,
} from './options';
import { allPairs, condensedPairs, matchedPairs } from './pairs';
import { checkComparable, denseBatchOnly, type Batch, type DenseBatch } from './series';
import { leaveInputs, nativeCall, runSteps, type NativeCall, type Steps, type Take } from './steps';

/** With `soft: true` those of soft-DTW, else those of DTW. */
export type PairwiseOptions = (({ soft: true } & SoftDtwOptions) | ({ soft?: false } & DtwOptions)) & {
  /** Only of X with itself: the pairs p < q alone, row-major, as scipy's pdist orders them. Default false. */
  condensed?: boolean;
};

/**
 * DTW, or with `soft: true` soft-DTW, of every series of X with every series of Y, or of X with itself.
 *
 * @param X batch of n series; `lengths` or a list makes it ragged.
 * @param Y batch of m series, or nothing (undefined, null) for X itself.
 * @returns [n, m], row-major, in the dtype of the input; [n, n] without Y; with `condensed` [n (n-1) / 2]. Values as of dtw and softDtw. Without Y
 *   every pair is computed once and mirrored, unless cost, moves, open ends or an Itakura band make d(x, y) and d(y, x) differ. The diagonal
 *   is d(x, x): 0 for dtw with most costs, but below 0 for soft-DTW (softDtwDivergence takes it off).
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function pairwise<A extends FloatArray>(X: Batch<A>, Y?: Batch<A> | null, options?: PairwiseOptions): A {
  return runSteps(pairwiseSteps(leaveInputs, X, Y, options));
}

/** pairwise on other threads; see AsyncOptions. */
export function pairwiseAsync<A extends FloatArray>(
  X: Batch<A>,
  Y?: Batch<A> | null,
  options: PairwiseOptions & AsyncOptions = {},
): Promise<A> {
  return runAsync(options, (rest, take) => pairwiseSteps(take, X, Y, rest as PairwiseOptions));
}

const ownKeys = ['soft', 'condensed'];
const softPairwiseKeys = [...softKeys, ...ownKeys];
const hardPairwiseKeys = [...hardKeys, ...ownKeys];

function* pairwiseSteps<A extends FloatArray>(
  take: Take,
  xInput: Batch<A>,
  yInput: Batch<A> | null | undefined,
  options: PairwiseOptions | undefined,
): Steps<A> {
  const { soft = false, condensed = false } = options ?? {};
  checkBoolean(soft, 'soft');
  checkBoolean(condensed, 'condensed');
  const resolved = resolveOptions(options, soft ? softPairwiseKeys : hardPairwiseKeys);
  const takeChecked = takeFor(resolved.device, take);
  const x = denseBatchOnly(xInput, 'X');
  const values = (pairs: SeriesPairs, value: A): NativeCall =>
    soft
      ? nativeCall('softDtw', [...pairs, ...resolved.paths, resolved.gamma, resolved.device.code, value])
      : nativeCall('hardDtw', [...pairs, ...resolved.paths, resolved.maxDistance, resolved.device.code, value]);

  let result: A;
  if (yInput === undefined || yInput === null) {
    [x.data] = takeChecked(x.data);
    result = yield* withItself(x, resolved, condensed, values);
  } else {
    if (condensed) throw expectedValue('false, as there is a `Y`,', 'condensed', condensed);
    const y = denseBatchOnly(yInput, 'Y');
    checkComparable(x, y, 'X', 'Y');
    [x.data, y.data] = takeChecked(x.data, y.data);
    result = zerosLike(x.data, x.count * y.count);
    yield [values(allPairs(x, y, resolved.cost), result)];
  }
  return resolved.root ? yield* rootsOf(result) : result;
}

function* withItself<A extends FloatArray>(
  x: DenseBatch<A>,
  options: ResolvedOptions,
  condensed: boolean,
  values: (pairs: SeriesPairs, value: A) => NativeCall,
): Steps<A> {
  const { count } = x;
  if (!condensed && !isSymmetric(options)) {
    const all = zerosLike(x.data, count * count);
    yield [values(allPairs(x, x, options.cost), all)];
    return all;
  }
  const upper = zerosLike(x.data, (count * (count - 1)) / 2);
  const calls = count > 1 ? [values(condensedPairs(x, options.cost), upper)] : [];
  if (condensed) {
    yield calls;
    return upper;
  }
  const diagonal = zerosLike(x.data, count);
  yield [...calls, values(matchedPairs(x, x, options.cost), diagonal)];
  const full = zerosLike(x.data, count * count);
  yield [nativeCall('mirror', [count, upper, diagonal, full])];
  return full;
}

/** As many as there are pairs: too many for the event loop. */
function* rootsOf<A extends FloatArray>(values: A): Steps<A> {
  const atOnce = 2 ** 30; // the addon takes no larger sizes
  const roots = zerosLike(values, values.length);
  const shares = Array.from({ length: Math.ceil(values.length / atOnce) }, (_, share) =>
    [values, roots].map((each) => each.subarray(share * atOnce, (share + 1) * atOnce)),
  );
  yield shares.map(([from, to]) => nativeCall('squareRoots', [from.length, from, to]));
  return roots;
}

/** Whether d(x, y) = d(y, x). Itakura's mask is rounded differently along the two axes. */
function isSymmetric({ cost, paths: [pattern, band, , openStart, openEnd] }: ResolvedOptions): boolean {
  return cost !== 4 && pattern === 0 && band !== 2 && !openStart && !openEnd;
}
