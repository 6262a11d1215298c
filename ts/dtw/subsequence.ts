import type { FloatArray } from '../native/NativeBinding';
import { roomForOne, takeOne } from './arrays';
import { runAsync, type AsyncOptions } from './async';
import { hardKeys, resolveOptions, type DtwOptions } from './options';
import { matchedPairs } from './pairs';
import { rootAll } from './root';
import { takeOneEach, type Series } from './series';
import { leaveInputs, nativeCall, runSteps, type Steps, type Take } from './steps';

/** Both ends are always open. */
export type SubsequenceOptions = Omit<DtwOptions, 'openStart' | 'openEnd' | 'maxDistance'>;

/** The best match of a query in a series. */
export interface Match {
  /** As of dtw of the query and the stretch. */
  value: number;
  /** The stretch is the points [start, end) of the series. */
  start: number;
  end: number;
}

/**
 * Where in a series a query, matched whole, fits best: subsequence DTW, in memory that grows with the lengths and not with their product.
 *
 * Source: Müller, "Information Retrieval for Music and Motion", 2007, section 4.4.
 *
 * @param query, series two series [length, channels] of the same channels and dtype.
 * @returns the first of the best ends, and where its path starts; +Infinity or NaN with start and end 0 where nothing matches, as of dtw.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function subsequence<A extends FloatArray>(
  query: Series<A>,
  series: Series<A>,
  options?: SubsequenceOptions,
): Match {
  return runSteps(subsequenceSteps(leaveInputs, query, series, options));
}

/** subsequence on other threads; see AsyncOptions. */
export function subsequenceAsync<A extends FloatArray>(
  query: Series<A>,
  series: Series<A>,
  options: SubsequenceOptions & AsyncOptions = {},
): Promise<Match> {
  return runAsync(options, (rest, take) => subsequenceSteps(take, query, series, rest));
}

const subsequenceKeys = hardKeys.filter((key) => !['openStart', 'openEnd', 'maxDistance'].includes(key));

function* subsequenceSteps<A extends FloatArray>(
  take: Take,
  queryInput: Series<A>,
  seriesInput: Series<A>,
  options: SubsequenceOptions | undefined,
): Steps<Match> {
  const { cost, paths, root } = resolveOptions(options, subsequenceKeys, false);
  const [pattern, band, bandSize, , , stepPenalty] = paths;
  const { x, y } = takeOneEach(take, queryInput, seriesInput, 'query', 'series');
  const value = roomForOne(x.data);
  const ends = new Int32Array(2);
  yield [
    nativeCall('subsequence', [
      ...matchedPairs(x, y, cost),
      pattern,
      band,
      bandSize,
      true,
      true,
      stepPenalty,
      value,
      ends,
    ]),
  ];
  if (root) rootAll(value);
  return { value: takeOne(value), start: ends[0], end: ends[1] };
}
