import type { FloatArray } from '../native/NativeBinding';
import { expectedType, expectedValue } from '../util/expected';
import { isFloatArray, roomForOne, takeOne, zerosLike } from './arrays';
import {
  checkElements,
  checkExtent,
  checkFloatArray,
  checkList,
  checkSameDtype,
  checkShape,
  checkWhole,
  rejectUnknownKeys,
} from './check';
import type { Take } from './steps';

/** One series. A bare array is univariate; otherwise row-major [length, channels]. */
export type Series<A extends FloatArray = FloatArray> = A | { data: A; channels: number };

/** A dense batch, row-major [batch, length, channels]. */
export interface SeriesBatch<A extends FloatArray = FloatArray> {
  data: A;
  shape: readonly [batch: number, length: number, channels: number];
  /** [batch]: the real length of each series, a whole number in [1, length]; the rest of its row is padding and is never read. */
  lengths?: ArrayLike<number>;
}

/** A batch: dense, or a list of series of any lengths. */
export type Batch<A extends FloatArray = FloatArray> = SeriesBatch<A> | ReadonlyArray<Series<A>>;

/** Any of the inputs above in the layout of the addon: [count, length, channels]; lengths is null where all series fill their rows. */
export interface DenseBatch<A extends FloatArray = FloatArray> {
  data: A;
  count: number;
  length: number;
  channels: number;
  lengths: Int32Array | null;
  /** Whether the caller gave one series and not a batch. */
  single: boolean;
}

export function denseInput<A extends FloatArray>(value: Series<A> | Batch<A>, name: string): DenseBatch<A> {
  if (isFloatArray(value)) return univariate(value, name);
  if (typeof value !== 'object' || value === null) throw notSeries(value, name);
  if (Array.isArray(value)) return denseList(value as ReadonlyArray<Series<A>>, name);
  if ('shape' in value) return denseBatch(value, name);
  return denseSeries(value as Series<A>, name);
}

/** The batch `value`; one series alone is an error. */
export function denseBatchOnly<A extends FloatArray>(value: Batch<A>, name: string): DenseBatch<A> {
  const batch = denseInput(value, name);
  if (batch.single) throw expectedType('a batch', name, value);
  return batch;
}

/** The second of two inputs that are compared: of the dtype and channels of the first. */
export function checkComparable(x: DenseBatch, y: DenseBatch, xName: string, yName: string): void {
  checkSameDtype(x.data, xName, y.data, yName);
  if (y.channels !== x.channels) throw expectedValue(`${x.channels} channels, as in \`${xName}\`,`, yName, y.channels);
}

/** Two inputs that are matched one to one, both single or both batches of one size: checked, then taken. */
export function takeMatched<A extends FloatArray>(
  take: Take,
  xInput: Series<A> | Batch<A>,
  yInput: Series<A> | Batch<A>,
): { x: DenseBatch<A>; y: DenseBatch<A> } {
  const x = denseInput(xInput, 'x');
  const y = denseInput(yInput, 'y');
  if (x.single !== y.single) throw expectedType(`${x.single ? 'one series' : 'a batch'}, as \`x\` is,`, 'y', yInput);
  checkComparable(x, y, 'x', 'y');
  if (y.count !== x.count) throw expectedValue(`${x.count} series, as in \`x\`,`, 'y', y.count);
  [x.data, y.data] = take(x.data, y.data);
  return { x, y };
}

/** Two inputs that are one series each: checked, then taken. */
export function takeOneEach<A extends FloatArray>(
  take: Take,
  xInput: Series<A>,
  yInput: Series<A>,
  xName: string,
  yName: string,
): { x: DenseBatch<A>; y: DenseBatch<A> } {
  const x = denseInput(xInput, xName);
  if (!x.single) throw expectedType('one series', xName, xInput);
  const y = denseInput(yInput, yName);
  if (!y.single) throw expectedType('one series', yName, yInput);
  checkComparable(x, y, xName, yName);
  [x.data, y.data] = take(x.data, y.data);
  return { x, y };
}

/** Room for one value a pair, for the addon to fill. */
export function roomForValues<A extends FloatArray>(x: DenseBatch<A>): A {
  return x.single ? roomForOne(x.data) : zerosLike(x.data, x.count);
}

/** What to hand out of filled room: a number for single series. The room is at an end with it. */
export function valuesIn<A extends FloatArray>(room: A, x: DenseBatch<A>): number | A {
  return x.single ? takeOne(room) : room;
}

/** How many points of series `index` are real. */
export function lengthOf({ lengths, length }: DenseBatch, index: number): number {
  return lengths === null ? length : lengths[index];
}

function univariate<A extends FloatArray>(data: A, name: string): DenseBatch<A> {
  if (data.length === 0) throw expectedValue('at least one point', name, data);
  return { data, count: 1, length: data.length, channels: 1, lengths: null, single: true };
}

function denseSeries<A extends FloatArray>(value: Series<A>, name: string): DenseBatch<A> {
  if (isFloatArray(value)) return univariate(value, name);
  if (typeof value !== 'object' || value === null || !('data' in value)) throw notSeries(value, name);
  rejectUnknownKeys(value, name, ['data', 'channels']);
  const { data, channels } = value;
  checkFloatArray(data, `${name}.data`);
  checkWhole(channels, `${name}.channels`, 1);
  if (data.length === 0 || data.length % channels !== 0)
    throw expectedValue(`a positive multiple of ${channels} elements`, name, data.length);
  return { data, count: 1, length: data.length / channels, channels, lengths: null, single: true };
}

function denseBatch<A extends FloatArray>(value: SeriesBatch<A>, name: string): DenseBatch<A> {
  rejectUnknownKeys(value, name, ['data', 'shape', 'lengths']);
  const { data, shape, lengths } = value;
  checkFloatArray(data, `${name}.data`);
  const [count, length, channels] = checkShape(shape, `${name}.shape`, '[batch, length, channels]');
  checkElements(data, `${name}.data`, [count, length, channels]);
  return {
    data,
    count,
    length,
    channels,
    lengths: lengths === undefined ? null : checkLengths(lengths, `${name}.lengths`, count, length),
    single: false,
  };
}

function denseList<A extends FloatArray>(list: ReadonlyArray<Series<A>>, name: string): DenseBatch<A> {
  if (list.length === 0) throw expectedValue('at least one series', name, list);
  const each = Array.from(list, (series, index) => denseSeries(series, `${name}[${index}]`));
  const [first] = each;
  let longest = 0;
  each.forEach((series, index) => {
    checkComparable(first, series, `${name}[0]`, `${name}[${index}]`);
    longest = Math.max(longest, series.length);
  });
  const data = zerosLike(first.data, list.length * longest * first.channels);
  each.forEach((series, index) => data.set(series.data, index * longest * first.channels));
  const ragged = each.some(({ length }) => length !== longest);
  return {
    data,
    count: list.length,
    length: longest,
    channels: first.channels,
    lengths: ragged ? Int32Array.from(each, ({ length }) => length) : null,
    single: false,
  };
}

function notSeries(value: unknown, name: string): TypeError {
  return expectedType(
    'a Float32Array, a Float64Array, { data, channels }, { data, shape, lengths } or a list of series',
    name,
    value,
  );
}

export function checkLengths(lengths: unknown, name: string, count: number, longest: number): Int32Array | null {
  const numbers = checkList(lengths, name, count);
  const whole = new Int32Array(count);
  let ragged = false;
  for (let index = 0; index < count; index++) {
    whole[index] = checkExtent(numbers[index], `${name}[${index}]`, longest);
    ragged ||= whole[index] !== longest;
  }
  return ragged ? whole : null;
}
