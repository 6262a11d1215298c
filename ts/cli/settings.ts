import { readFileSync } from 'node:fs';
import type { Earlier, Option, Options, Scalar, Settings } from './option';
import { mostSimilar } from './mostSimilar';
import { commaSeparated } from './readers';
import { UsageError } from './UsageError';

/** What was given for some options, as text, with the words by which the user knows each: its flag, or a key of a file. */
export interface Given {
  source: (key: string) => string;
  values: Record<string, string>;
}

/** `hiddenSize` -> `--hidden-size` */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Reads every setting of a table: from the first of `given` that has it, else its default, which may follow from settings
 * that stand earlier in the table (the preset and the data set are two of them). Throws UsageError.
 */
export function resolveSettings<O extends Options>(options: O, given: Given[]): Settings<O> {
  const settings: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(options)) {
    const giver = given.find(({ values }) => values[key] !== undefined);
    settings[key] = giver ? read(option, giver.values[key], giver.source(key)) : defaultOf(option, settings);
  }
  return settings as Settings<O>;
}

function defaultOf(option: Option, earlier: Earlier): Scalar | undefined {
  const special =
    earlier.preset === 'reference' ? option.reference : earlier.dataset === 'demo' ? option.demo : undefined;
  if (special !== undefined) return special;
  return typeof option.default === 'function' ? option.default(earlier) : option.default;
}

/** A JSON file of settings by their camel-case names, such as {"nEpochs": 10, "preset": "reference"}. Throws UsageError. */
export function readSettingsFile(file: string, options: Options): Given {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UsageError(`expected a JSON file of settings in ${file}: ${(cause as Error).message}`, { cause });
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new UsageError(`expected an object of settings in ${file}, such as {"nEpochs": 10}`);
  }
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(content)) {
    if (!Object.hasOwn(options, key)) {
      const names = Object.keys(options);
      const similar = mostSimilar(key, names);
      const help = similar === undefined ? `known are ${names.join(', ')}` : `did you mean "${similar}"?`;
      throw new UsageError(`expected only settings of this command in ${file} but found "${key}": ${help}`);
    }
    values[key] = textOf(value, options[key], `"${key}" in ${file}`);
  }
  return { source: (key) => `${key} in ${file}`, values };
}

/** A JSON value as the text that the flag would have. */
function textOf(value: unknown, { read }: Option, name: string): string {
  if (read === commaSeparated && Array.isArray(value)) {
    if (!value.every((one) => typeof one === 'string')) throw new UsageError(`expected a list of names for ${name}`);
    if (value.some((one) => one.includes(','))) throw new UsageError(`expected names without commas for ${name}`);
    return value.join(',');
  }
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    throw new UsageError(`expected a text, a number or a boolean for ${name}`);
  }
  return String(value);
}

function read(option: Option, text: string, name: string): unknown {
  try {
    return option.read(text, name);
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

/** The settings with those named there; throws UsageError where one was not given. */
export function required<S extends object, K extends keyof S & string>(
  settings: S,
  ...keys: K[]
): { [P in K]: NonNullable<S[P]> } {
  const missing = keys.filter((key) => settings[key] === undefined);
  if (missing.length > 0)
    throw new UsageError(`expected ${missing.map((key) => `\`${flagOf(key)}\``).join(' and ')}: see --help`);
  return settings as { [P in K]: NonNullable<S[P]> };
}
