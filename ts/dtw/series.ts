import type { FloatArray } from '../native/NativeBinding';
import { expectedType, expectedValue } from '../util/expected';
import { rejectUnknownKeys } from './options';

/** One series. A bare array is univariate; otherwise row-major [length, channels]. */
export type Series<A extends FloatArray = FloatArray> = A | { data: A; channels: number };

/** Series of one length, dense and row-major [batch, length, channels]. */
export interface SeriesBatch<A extends FloatArray = FloatArray> {
  data: A;
  shape: readonly [batch: number, length: number, channels: number];
}

/** A batch: dense, or a list of series of one length. */
export type Batch<A extends FloatArray> = SeriesBatch<A> | ReadonlyArray<Series<A>>;

/** Cost matrices, dense and row-major [batch, rows, cols]. +infinity forbids a cell. */
export interface CostBatch<A extends FloatArray = FloatArray> {
  cost: A;
  shape: readonly [batch: number, rows: number, cols: number];
}

/** Any of the inputs above in the layout of the addon. */
export interface DenseBatch<A extends FloatArray> extends SeriesBatch<A> {
  /** Whether the caller gave one series and not a batch. */
  single: boolean;
}

/** Two inputs that belong together: both single or both batches, of one batch size, number of channels and dtype. */
export function densePair<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
): { x: DenseBatch<A>; y: DenseBatch<A> } {
  const pair = { x: dense(x, 'x'), y: dense(y, 'y') };
  if (pair.x.single !== pair.y.single)
    throw expectedType(`${pair.x.single ? 'one series' : 'a batch'}, as \`x\` is,`, 'y', y);
  checkSameDtype(pair.x.data, 'x', pair.y.data, 'y');
  const [xBatch, , xChannels] = pair.x.shape;
  const [yBatch, , yChannels] = pair.y.shape;
  if (yBatch !== xBatch) throw expectedValue(`${xBatch} series, as in \`x\`,`, 'y', yBatch);
  if (yChannels !== xChannels) throw expectedValue(`${xChannels} channels, as in \`x\`,`, 'y', yChannels);
  return pair;
}

/** A new array of zeros of the same dtype. */
export function zerosLike<A extends FloatArray>(array: A, length: number): A {
  return (isFloat64(array) ? new Float64Array(length) : new Float32Array(length)) as A;
}

export function checkCostBatch<A extends FloatArray>(costs: CostBatch<A>): CostBatch<A> {
  rejectUnknownKeys(costs, 'costs', ['cost', 'shape']);
  checkFloatArray(costs.cost, 'costs.cost');
  checkShape(costs.shape, 'costs.shape', '[batch, rows, cols]');
  checkLength(costs.cost, 'costs.cost', costs.shape);
  return costs;
}

function dense<A extends FloatArray>(value: Series<A> | Batch<A>, name: string): DenseBatch<A> {
  if (Array.isArray(value)) return denseList(value as ReadonlyArray<Series<A>>, name);
  if (typeof value === 'object' && value !== null && 'shape' in value) {
    rejectUnknownKeys(value, name, ['data', 'shape']);
    checkFloatArray(value.data, `${name}.data`);
    checkShape(value.shape, `${name}.shape`, '[batch, length, channels]');
    checkLength(value.data, `${name}.data`, value.shape);
    return { data: value.data, shape: value.shape, single: false };
  }
  return denseSeries(value as Series<A>, name);
}

function denseSeries<A extends FloatArray>(value: Series<A>, name: string): DenseBatch<A> {
  if (isFloatArray(value)) return denseSeries({ data: value as A, channels: 1 }, name);
  if (typeof value !== 'object' || value === null || !('data' in value)) {
    throw expectedType(
      'a Float32Array, a Float64Array, { data, channels }, { data, shape } or a list of series',
      name,
      value,
    );
  }
  rejectUnknownKeys(value, name, ['data', 'channels']);
  checkFloatArray(value.data, `${name}.data`);
  checkCount(value.channels, `${name}.channels`);
  if (value.data.length === 0 || value.data.length % value.channels !== 0) {
    throw expectedValue(`a positive multiple of ${value.channels} elements`, name, value.data.length);
  }
  return { data: value.data, shape: [1, value.data.length / value.channels, value.channels], single: true };
}

function denseList<A extends FloatArray>(list: ReadonlyArray<Series<A>>, name: string): DenseBatch<A> {
  if (list.length === 0) throw expectedValue('at least one series', name, list);
  const each = list.map((series, index) => denseSeries(series, `${name}[${index}]`));
  const [, length, channels] = each[0].shape;
  const data = zerosLike(each[0].data, list.length * length * channels);
  each.forEach((series, index) => {
    const [, itsLength, itsChannels] = series.shape;
    checkSameDtype(each[0].data, `${name}[0]`, series.data, `${name}[${index}]`);
    if (itsLength !== length || itsChannels !== channels) {
      throw expectedValue(`${length} points of ${channels} channels, as in \`${name}[0]\`,`, `${name}[${index}]`, [
        itsLength,
        itsChannels,
      ]);
    }
    data.set(series.data, index * length * channels);
  });
  return { data, shape: [list.length, length, channels], single: false };
}

// By tag, not instanceof: arrays may come from another realm (node:vm, jest).
function isFloat64(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Float64Array]';
}

function isFloatArray(value: unknown): boolean {
  return isFloat64(value) || Object.prototype.toString.call(value) === '[object Float32Array]';
}

function checkFloatArray(value: unknown, name: string): void {
  if (!isFloatArray(value)) throw expectedType('a Float32Array or Float64Array', name, value);
}

function checkSameDtype(first: FloatArray, firstName: string, second: FloatArray, secondName: string): void {
  if (isFloat64(first) !== isFloat64(second)) {
    throw expectedType(
      `a ${isFloat64(first) ? 'Float64Array' : 'Float32Array'}, as \`${firstName}\` is,`,
      secondName,
      second,
    );
  }
}

function checkCount(value: unknown, name: string): void {
  if (typeof value !== 'number') throw expectedType('a number', name, value);
  if (!(Number.isInteger(value) && value >= 1 && value < 2 ** 31))
    throw expectedValue('a whole number in [1, 2^31)', name, value);
}

function checkShape(shape: unknown, name: string, meaning: string): void {
  if (!Array.isArray(shape) || shape.length !== 3) throw expectedType(`three numbers ${meaning}`, name, shape);
  shape.forEach((extent, index) => checkCount(extent, `${name}[${index}]`));
}

function checkLength(data: FloatArray, name: string, [batch, length, width]: readonly [number, number, number]): void {
  const elements = batch * length * width;
  if (data.length !== elements)
    throw expectedValue(`${batch} * ${length} * ${width} = ${elements} elements`, name, data);
}
