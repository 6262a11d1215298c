import { readFileSync } from 'node:fs';
import path from 'node:path';
import { flagOf } from '../ts/cli/settings';
import { evaluateOptions, segmentOptions, trainOptions } from '../ts/cli/options';
import { makeWindows } from '../ts/data';
import { wetasConfigSchema } from '../ts/model/config';
import { parameterShapes } from '../ts/model/parameters';
import { referenceStateDict } from './model/referenceStateDict';

const read = (name: string) => readFileSync(path.join(__dirname, '..', 'docs', name), 'utf8');

/** The cells of the tables of a text, without headers and the marks of code. */
function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `') || /^\| \d/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll('`', '').trim()),
    );
}

describe('docs/model.md', () => {
  const [parameters, config] = read('model.md').split('## `config.json`').map(rows);
  const sizes = { channels: 2, hiddenSize: 3, outputSize: 4, kernelSize: 5, nLayers: 2 };
  const values: Record<string, number> = { C: 2, H: 3, O: 4, K: 5 };
  const shapeOf = (cell: string) => Array.from(cell.matchAll(/\w+/g), ([size]) => values[size] ?? Number(size));

  test('names and shapes of the parameters, ours and those of PyTorch', () => {
    const found = parameters.flatMap(([ours, shape, theirs, theirShape]) =>
      (ours.includes('.i.') ? ['.0.', '.1.'] : ['']).map((block) => ({
        ours: [ours.replace('.i.', block), shapeOf(shape)],
        theirs: [theirs.replace('.i.', block), shapeOf(theirShape)],
      })),
    );
    expect(new Map(found.map(({ ours }) => ours as [string, number[]]))).toEqual(parameterShapes(sizes));
    const stateDict = Array.from(referenceStateDict(sizes), ([name, { shape }]) => [name, shape] as const);
    expect(new Map(found.map(({ theirs }) => theirs as [string, number[]]))).toEqual(new Map(stateDict));
  });

  test('the fields of config.json', () => {
    expect(config.map(([field]) => field)).toEqual(Object.keys(wetasConfigSchema.shape));
  });
});

describe('docs/data.md', () => {
  const text = read('data.md');

  test('the windows of 1200 rows at a split size of 500', () => {
    const series = { name: 'a', length: 1200, channels: 1, data: Float64Array.from({ length: 1200 }, (_, row) => row) };
    const { data, lengths } = makeWindows([series], 500, { padding: 'masked', scaler: { kind: 'none' } });
    const windows = rows(text).filter(([name]) => /^\d$/.test(name));
    const found = Array.from(lengths, (length, w) => {
      const [first, last] = [data[500 * (w + 1) - length], data[500 * (w + 1) - 1]];
      return [String(w), `${first} up to ${last}`, length < 500 ? `behind ${500 - length} zeros` : ''];
    });
    expect(windows).toEqual(found);
  });

  test('names options that exist', () => {
    const known = [trainOptions, evaluateOptions, segmentOptions].flatMap((options) =>
      Object.keys(options).map(flagOf),
    );
    const named = Array.from(text.matchAll(/`(--[a-z-]+)/g), ([, flag]) => flag);
    expect(named).toContain('--ignore-columns');
    expect(named.filter((flag) => !known.includes(flag))).toEqual([]);
  });
});
