import type { Reader } from './readers';

/** One option of the command line: `hiddenSize` is `--hidden-size` there and `hiddenSize` in a --config file. */
export interface Option {
  /** Heading in --help. */
  group: string;
  /** What stands for the value in --help; absent where the option takes none. */
  placeholder?: string;
  /** What it does, ending with the unit in brackets where there is one. */
  help: string;
  read: Reader<unknown>;
  /** A function where it follows from settings that stand earlier in the table; undefined: the command decides. */
  default: Scalar | undefined | ((earlier: Earlier) => Scalar);
  /** The default in words, where the value alone does not say it. */
  defaultText?: string;
  /** The value under --preset reference, where it differs. */
  reference?: Scalar;
  /** The value for the built-in demo data under --preset default, where it differs: a smaller network on shorter windows. */
  demo?: Scalar;
}

export type Scalar = string | number | boolean;

/** What a default may follow from. */
export interface Earlier {
  preset?: string;
  dataset?: string;
  context?: 'causal' | 'centred';
  kernelSize?: number;
  lrSchedule?: 'constant' | 'cosine';
}

export type Options = Record<string, Option>;

/** The settings that a table of options resolves to. */
export type Settings<O extends Options> = { [K in keyof O]: Setting<O[K]> };
type Setting<O extends Option> =
  O['read'] extends Reader<infer T> ? (undefined extends O['default'] ? T | undefined : T) : never;
