import type { Windows } from '../data/windows';
import { expectedType, expectedValue } from '../util/expected';
import type { WetasConfig } from './config';

/**
 * Checks windows with weak labels that come from outside.
 * @param name what the caller calls them
 * @throws TypeError or RangeError where they do not fit the config, an array is not as long as the shape says, a value is not finite or a label is not 0 or 1
 */
export function checkWindows(name: string, windows: Windows, { splitSize, channels, padding }: WetasConfig): void {
  if (!Array.isArray(windows?.shape)) throw expectedType('windows', name, windows);
  const { shape, data, weakLabel, denseLabel, lengths } = windows;
  const [count, length, width] = shape;
  if (!(count > 0) || length !== splitSize || width !== channels) {
    throw expectedValue(`[at least 1, ${splitSize}, ${channels}], as the config says,`, `${name}.shape`, [...shape]);
  }
  if (!(data instanceof Float32Array)) throw expectedType('a Float32Array', `${name}.data`, data);
  if (data.length !== count * length * width) {
    throw expectedValue(`${count * length * width} numbers, as its shape says,`, `${name}.data`, data.length);
  }
  checkEach('a finite number', `${name}.data`, data, Number.isFinite);
  checkLabels(`${name}.weakLabel`, weakLabel, count);
  if (denseLabel) checkLabels(`${name}.denseLabel`, denseLabel, count * length);
  if (lengths) {
    if (lengths.length !== count) throw expectedValue(`${count} lengths`, `${name}.lengths`, lengths.length);
    // A window of nothing but padding has no point to pool over, unless padding counts as data.
    const least = padding === 'masked' ? 1 : 0;
    const isLength = (value: number) => Number.isInteger(value) && value >= least && value <= length;
    checkEach(`an integer in [${least}, ${length}]`, `${name}.lengths`, lengths, isLength);
  }
}

function checkLabels(name: string, labels: Uint8Array | undefined, count: number): void {
  if (labels?.length !== count) throw expectedValue(`${count} labels`, name, labels);
  checkEach('0 or 1', name, labels, (label) => label === 0 || label === 1);
}

function checkEach(
  expected: string,
  name: string,
  values: ArrayLike<number>,
  isRight: (value: number) => boolean,
): void {
  for (let i = 0; i < values.length; i++) {
    if (!isRight(values[i])) throw expectedValue(expected, `${name}[${i}]`, values[i]);
  }
}
