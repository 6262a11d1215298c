import type { FloatArray } from '../native/NativeBinding';
import { expectedType, expectedValue } from '../util/expected';
import { zerosLike } from './arrays';
import { runAsync, type AsyncOptions } from './async';
import { takeCosts, type CostBatch } from './costs';
import { takeFor } from './device';
import { resolveOptions, softCostKeys, softKeys, type SoftDtwOptions } from './options';
import { checkOut, outLike, type OutOption } from './out';
import { costPairs, matchedPairs } from './pairs';
import { roomForValues, takeMatched, valuesIn, type Batch, type Series } from './series';
import { leaveInputs, nativeCall, runSteps, type Steps, type Take } from './steps';

/** What a value can be differentiated by. */
export type GradientName = 'x' | 'y' | 'cost';

/**
 * `value` [batch] (a number for two series) and the gradients asked for:
 * `x`, d value / d x, [batch, length of x, channels]; `y` likewise; `cost`, d value / d cost = E, the expected alignment, [batch, rows, cols].
 * Lists of series give dense rows as long as their longest series. Gradients of padding are 0.
 */
export type SoftDtwGradient<A extends FloatArray, Name extends GradientName = GradientName, Value = A> = {
  value: Value;
} & { [name in Name]: A };

export interface GradientOptions<Name extends GradientName> extends SoftDtwOptions {
  /** What to differentiate by: at least one of 'x', 'y', 'cost'. The cost matrix is computed into memory only for 'cost'. */
  wrt: readonly Name[];
}

/**
 * The values of softDtw, and the gradients asked for, in one pass.
 *
 * E is the probability, in [0, 1], that a path drawn with weight exp(-path cost / gamma) visits a cell; it is 0 where no path is
 * admissible and NaN where the value is NaN. With gamma 0 it is 1 on one best path (a subgradient).
 *
 * Source: Cuturi & Blondel 2017, algorithm 2 (E) and equation 3 (the series' gradients).
 *
 * @param x, y, options as of softDtw.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function softDtwGradient<A extends FloatArray, Name extends GradientName>(
  x: Series<A>,
  y: Series<A>,
  options: GradientOptions<Name> & OutOption<A, Name>,
): SoftDtwGradient<A, Name, number>;
export function softDtwGradient<A extends FloatArray, Name extends GradientName>(
  x: Batch<A>,
  y: Batch<A>,
  options: GradientOptions<Name> & OutOption<A, Name>,
): SoftDtwGradient<A, Name>;
export function softDtwGradient<A extends FloatArray, Name extends GradientName>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options: GradientOptions<Name> & OutOption<A, Name>,
): SoftDtwGradient<A, Name, number | A> {
  return runSteps(softDtwGradientSteps(leaveInputs, x, y, options, gradientKeysWithOut));
}

/** softDtwGradient on other threads, into new arrays; see AsyncOptions. */
export function softDtwGradientAsync<A extends FloatArray, Name extends GradientName>(
  x: Series<A>,
  y: Series<A>,
  options: GradientOptions<Name> & AsyncOptions,
): Promise<SoftDtwGradient<A, Name, number>>;
export function softDtwGradientAsync<A extends FloatArray, Name extends GradientName>(
  x: Batch<A>,
  y: Batch<A>,
  options: GradientOptions<Name> & AsyncOptions,
): Promise<SoftDtwGradient<A, Name>>;
export function softDtwGradientAsync<A extends FloatArray, Name extends GradientName>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options: GradientOptions<Name> & AsyncOptions,
): Promise<SoftDtwGradient<A, Name, number | A>> {
  return runAsync(options, (rest, take) => softDtwGradientSteps(take, x, y, rest, gradientKeys));
}

// Not of asynchronous calls: their outputs must be out of everybody's reach.
const gradientKeys = [...softKeys, 'wrt'];
const gradientKeysWithOut = [...gradientKeys, 'out'];
const costKeysWithOut = [...softCostKeys, 'out'];

function* softDtwGradientSteps<A extends FloatArray, Name extends GradientName>(
  take: Take,
  xInput: Series<A> | Batch<A>,
  yInput: Series<A> | Batch<A>,
  options: GradientOptions<Name> & OutOption<A, Name>,
  allowed: readonly string[],
): Steps<SoftDtwGradient<A, Name, number | A>> {
  const { cost, paths, gamma, device } = resolveOptions(options, allowed);
  const wrt = checkWrt(options?.wrt);
  const out = checkOut(options.out, wrt);
  const { x, y } = takeMatched(takeFor(device, take), xInput, yInput);
  const value = roomForValues(x);
  const dx = wrt.includes('x') ? outLike(out, 'x', x.data, x.data.length) : null;
  const dy = wrt.includes('y') ? outLike(out, 'y', y.data, y.data.length) : null;
  const dCost = wrt.includes('cost') ? outLike(out, 'cost', x.data, x.count * x.length * y.length) : null;
  yield [nativeCall('softDtw', [...matchedPairs(x, y, cost), ...paths, gamma, device.code, value, dx, dy, dCost])];
  const result: { value: number | A } & { [name in GradientName]?: A } = { value: valuesIn(value, x) };
  if (dx !== null) result.x = dx;
  if (dy !== null) result.y = dy;
  if (dCost !== null) result.cost = dCost;
  return result as SoftDtwGradient<A, Name, number | A>;
}

/**
 * The values of softDtwFromCost, and the expected alignment; see softDtwGradient.
 *
 * @param costs [batch, rows, cols], ragged with `sizes`; +Infinity forbids a cell.
 * @returns `value` [batch] and `cost` = E [batch, rows, cols], in the dtype of the costs.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function softDtwGradientFromCost<A extends FloatArray>(
  costs: CostBatch<A>,
  options?: Omit<SoftDtwOptions, 'cost'> & OutOption<A, 'cost'>,
): SoftDtwGradient<A, 'cost'> {
  return runSteps(softDtwGradientFromCostSteps(leaveInputs, costs, options, costKeysWithOut));
}

/** softDtwGradientFromCost on other threads, into new arrays; see AsyncOptions. */
export function softDtwGradientFromCostAsync<A extends FloatArray>(
  costs: CostBatch<A>,
  options: Omit<SoftDtwOptions, 'cost'> & AsyncOptions = {},
): Promise<SoftDtwGradient<A, 'cost'>> {
  return runAsync(options, (rest, take) => softDtwGradientFromCostSteps(take, costs, rest, softCostKeys));
}

function* softDtwGradientFromCostSteps<A extends FloatArray>(
  take: Take,
  input: CostBatch<A>,
  options: (Omit<SoftDtwOptions, 'cost'> & OutOption<A, 'cost'>) | undefined,
  allowed: readonly string[],
): Steps<SoftDtwGradient<A, 'cost'>> {
  const { paths, gamma, device } = resolveOptions(options, allowed);
  const out = checkOut(options?.out, ['cost']);
  const costs = takeCosts(takeFor(device, take), input);
  const value = zerosLike(costs.data, costs.count);
  const cost = outLike(out, 'cost', costs.data, costs.data.length);
  yield [nativeCall('softDtwFromCost', [...costPairs(costs), ...paths, gamma, device.code, value, cost])];
  return { value, cost };
}

/**
 * The expected alignment E of two series or of each pair of a batch: softDtwGradient by the cost alone.
 *
 * @returns [length of x, length of y] for two series, [batch, rows, cols] for batches: probabilities in [0, 1], 0 in padding.
 * @throws TypeError, RangeError in the words "expected X for `name` but received Y".
 */
export function softAlignment<A extends FloatArray>(x: Series<A>, y: Series<A>, options?: SoftDtwOptions): A;
export function softAlignment<A extends FloatArray>(x: Batch<A>, y: Batch<A>, options?: SoftDtwOptions): A;
export function softAlignment<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options?: SoftDtwOptions,
): A {
  return runSteps(softAlignmentSteps(leaveInputs, x, y, options));
}

/** softAlignment on other threads; see AsyncOptions. */
export function softAlignmentAsync<A extends FloatArray>(
  x: Series<A> | Batch<A>,
  y: Series<A> | Batch<A>,
  options: SoftDtwOptions & AsyncOptions = {},
): Promise<A> {
  return runAsync(options, (rest, take) => softAlignmentSteps(take, x, y, rest));
}

function* softAlignmentSteps<A extends FloatArray>(
  take: Take,
  xInput: Series<A> | Batch<A>,
  yInput: Series<A> | Batch<A>,
  options: SoftDtwOptions | undefined,
): Steps<A> {
  const { cost, paths, gamma, device } = resolveOptions(options, softKeys);
  const { x, y } = takeMatched(takeFor(device, take), xInput, yInput);
  const value = zerosLike(x.data, x.count);
  const expected = zerosLike(x.data, x.count * x.length * y.length);
  yield [
    nativeCall('softDtw', [...matchedPairs(x, y, cost), ...paths, gamma, device.code, value, null, null, expected]),
  ];
  return expected;
}

function checkWrt(wrt: unknown): readonly GradientName[] {
  if (!Array.isArray(wrt)) throw expectedType("a list of 'x', 'y', 'cost'", 'wrt', wrt);
  if (wrt.length === 0 || !wrt.every((name) => name === 'x' || name === 'y' || name === 'cost'))
    throw expectedValue("at least one of 'x', 'y', 'cost'", 'wrt', wrt);
  return wrt as GradientName[];
}
