import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';
import * as wetas from '../../ts/index';

/** docs/migration.md, line by line: the right column always runs, and gives the numbers of the left one where the library is installed. */
const root = path.join(__dirname, '..', '..');
const python = path.join(root, '.venv', 'bin', 'python');
const clones = process.env.WETAS_PEERS ?? path.join(root, '.peers');

interface Section {
  title: string;
  setup: string;
  lines: { theirs: string; ours: string }[];
}

const random = mersenne(1);
const arrays = {
  x: uniform([40]),
  y: uniform([50]),
  z: uniform([40]),
  q: uniform([12]),
  u: uniform([30, 3]),
  v: uniform([35, 3]),
  U: uniform([4, 30, 3]),
  V: uniform([4, 30, 3]),
  S: uniform([6, 40, 1]),
  D: uniform([12, 15]),
  start: uniform([30, 3]),
};
const sections = readSections();
const theirs = askPython();

describe.each(sections)('$title', ({ title, lines }) => {
  const answer = theirs?.[title];
  const why = answer?.absent ?? (answer === undefined ? '`npm run bench:setup` has not been run' : undefined);

  it('gives numbers for every line', () => {
    expect(lines.length).toBeGreaterThan(2);
    for (const { ours } of lines) expect(numbers(evaluate(ours))).not.toEqual([]);
  });

  if (why) {
    it.skip(`gives the same numbers as the library (${why})`, () => undefined);
    return;
  }
  it.each(lines.map((line, index) => ({ ...line, index })))('$theirs', ({ ours, index }) => {
    const { value, error } = answer!.results![index];
    expect(error).toBeUndefined();
    const actual = numbers(evaluate(ours));
    expect(actual).toHaveLength(value!.length);
    const scale = Math.max(1, ...value!.filter(Number.isFinite).map(Math.abs));
    const off = actual.findIndex(
      (number, at) =>
        !Object.is(number, value![at]) && !(Math.abs(number - value![at]) <= tolerance(title, ours) * scale),
    );
    expect({ off, actual: actual[off], expected: value![off] }).toEqual({ off: -1 });
  });
});

/** float32 on the other side, or two minimisers that stop each in its own way; or float64 on both, where scikit-learn's Euclidean distance loses some digits. */
function tolerance(title: string, ours: string): number {
  return /PyTorch|pytorch|ott-jax/.test(title) || ours.startsWith('softBarycenter') ? 1e-4 : 1e-7;
}

function readSections(): Section[] {
  const text = readFileSync(path.join(root, 'docs', 'migration.md'), 'utf8');
  return text
    .split(/^## /m)
    .map((section) => ({
      title: section.slice(0, section.indexOf('\n')),
      setup: /```python\n(.*?)```/s.exec(section)?.[1] ?? '',
      lines: Array.from(section.matchAll(/^\| `(.+?)` *\| `(.+?)` *\|$/gm), ([, theirs, ours]) => ({ theirs, ours })),
    }))
    .filter(({ lines }) => lines.length > 0);
}

function askPython():
  Record<string, { absent?: string; results?: { value?: number[]; error?: string }[] }> | undefined {
  if (!existsSync(python)) return undefined;
  const request = {
    names: arrays,
    path: [path.join(clones, 'pytorch-softdtw-cuda')],
    sections: Object.fromEntries(
      sections.map(({ title, setup, lines }) => [title, { setup, expressions: lines.map(({ theirs }) => theirs) }]),
    ),
  };
  const { stdout, stderr, status } = spawnSync(python, [path.join(__dirname, 'evaluate.py')], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`evaluate.py failed: ${stderr}`);
  // Python's JSON has Infinity and NaN.
  return JSON.parse(
    stdout.replace(/-?Infinity|NaN/g, (word) => `"${word}"`),
    (_, value) => (['Infinity', '-Infinity', 'NaN'].includes(value as string) ? Number(value) : value),
  );
}

function evaluate(expression: string): unknown {
  const { u, v, U, V, S, D, start } = arrays;
  const scope = {
    ...wetas,
    ...Object.fromEntries(['x', 'y', 'z', 'q'].map((name) => [name, data(arrays[name as 'x'])])),
    ...{ u: oneSeries(u), v: oneSeries(v), start: oneSeries(start), U: batch(U), V: batch(V), S: batch(S) },
    D: { cost: data(D), shape: [1, ...D.shape] },
  };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the lines of our own document
  return new Function(...Object.keys(scope), `return ${expression};`)(...Object.values(scope));
}

interface Numbers {
  data: number[];
  shape: number[];
}

const data = (array: Numbers) => Float64Array.from(array.data);
const oneSeries = (array: Numbers) => ({ data: data(array), channels: array.shape[1] });
const batch = (array: Numbers) => ({ data: data(array), shape: array.shape });

function numbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return Array.from(value as Iterable<unknown>).flatMap(numbers);
}

/** Between -2 and 2. */
function uniform(shape: number[]): Numbers {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return { data: Array.from({ length: count }, () => 4 * uniformFloat64(random) - 2), shape };
}
