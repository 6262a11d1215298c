import type { FloatArray } from '../native/NativeBinding';
import { expectedType, expectedValue } from '../util/expected';
import { isFloat64, isFloatArray } from './arrays';

export function checkObject(value: unknown, name: string): asserts value is object {
  if (typeof value !== 'object' || value === null) throw expectedType('an object', name, value);
}

/** A misspelt option, or one that a later version has, must not be ignored in silence. */
export function rejectUnknownKeys(value: unknown, name: string, allowed: readonly string[]): void {
  checkObject(value, name);
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) throw expectedType(`only the keys ${allowed.join(', ')}`, name, key);
  }
}

export function checkFinite(value: unknown, name: string, least: number): number {
  if (typeof value !== 'number') throw expectedType('a number', name, value);
  if (!(value >= least && Number.isFinite(value))) throw expectedValue(`a finite number >= ${least}`, name, value);
  return value;
}

export function checkWhole(value: unknown, name: string, least: number): number {
  if (typeof value !== 'number') throw expectedType('a number', name, value);
  if (!(Number.isInteger(value) && value >= least && value < 2 ** 31))
    throw expectedValue(`a whole number in [${least}, 2^31)`, name, value);
  return value;
}

/** A real size within the one that memory is laid out for. */
export function checkExtent(value: unknown, name: string, largest: number): number {
  if (typeof value !== 'number') throw expectedType('a number', name, value);
  if (!(Number.isInteger(value) && value >= 1 && value <= largest))
    throw expectedValue(`a whole number in [1, ${largest}]`, name, value);
  return value;
}

export function checkBoolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw expectedType('a boolean', name, value);
  return value;
}

/** A list or typed array of `count` things. */
export function checkList(value: unknown, name: string, count: number): ArrayLike<unknown> {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) throw expectedType('a list of numbers', name, value);
  const list = value as unknown as ArrayLike<unknown>;
  if (list.length !== count) throw expectedValue(`${count} elements`, name, value);
  return list;
}

export function checkFloatArray(value: unknown, name: string): void {
  if (!isFloatArray(value)) throw expectedType('a Float32Array or Float64Array', name, value);
}

export function checkSameDtype(first: FloatArray, firstName: string, second: FloatArray, secondName: string): void {
  if (isFloat64(first) !== isFloat64(second)) {
    throw expectedType(
      `a ${isFloat64(first) ? 'Float64Array' : 'Float32Array'}, as \`${firstName}\` is,`,
      secondName,
      second,
    );
  }
}

export function checkShape(shape: unknown, name: string, meaning: string): readonly [number, number, number] {
  if (!Array.isArray(shape) || shape.length !== 3) throw expectedType(`three numbers ${meaning}`, name, shape);
  return [
    checkWhole(shape[0], `${name}[0]`, 1),
    checkWhole(shape[1], `${name}[1]`, 1),
    checkWhole(shape[2], `${name}[2]`, 1),
  ];
}

export function checkElements(data: FloatArray, name: string, [a, b, c]: readonly [number, number, number]): void {
  if (data.length !== a * b * c) throw expectedValue(`${a} * ${b} * ${c} = ${a * b * c} elements`, name, data);
}
