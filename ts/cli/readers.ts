import { expectedValue } from '../util/expected';

/** Reads the text of one option (from a flag, or a value of the --config file turned to text); throws the sentence that names the flag. */
export type Reader<T> = (text: string, flag: string) => T;

interface Range {
  min?: number;
  /** Exclusive lower bound. */
  above?: number;
  /** Exclusive upper bound. */
  below?: number;
  max?: number;
}

export function integer(range: Range): Reader<number> {
  return (text, flag) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(value) || !within(value, range)) {
      throw expectedValue(`an integer${rangeText(range)}`, flag, text);
    }
    return value;
  };
}

export function number(range: Range): Reader<number> {
  return (text, flag) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (!Number.isFinite(value) || !within(value, range)) {
      throw expectedValue(`a number${rangeText(range)}`, flag, text);
    }
    return value;
  };
}

export function oneOf<const C extends string>(...choices: C[]): Reader<C> & { choices: readonly C[] } {
  const read: Reader<C> = (text, flag) => {
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw expectedValue(choices.map((choice) => `"${choice}"`).join(' or '), flag, text);
    return found;
  };
  return Object.assign(read, { choices });
}

export const anyText: Reader<string> = (text, flag) => {
  if (text === '') throw expectedValue('some text', flag, text);
  return text;
};

export const commaSeparated: Reader<string[]> = (text, flag) => {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw expectedValue('names separated by commas', flag, text);
  return names;
};

/** An option without a value: present is true. */
export const flagOnly: Reader<boolean> = (text, flag) => {
  if (text !== 'true' && text !== 'false') throw expectedValue('true or false', flag, text);
  return text === 'true';
};

function within(
  value: number,
  { min = -Infinity, above = -Infinity, below = Infinity, max = Infinity }: Range,
): boolean {
  return value >= min && value > above && value < below && value <= max;
}

function rangeText({ min, above, below, max }: Range): string {
  const parts: string[] = [];
  if (min !== undefined) parts.push(`>= ${min}`);
  if (above !== undefined) parts.push(`> ${above}`);
  if (below !== undefined) parts.push(`< ${below}`);
  if (max !== undefined) parts.push(`<= ${max}`);
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`;
}
