import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DataError, readSeries, type CsvOptions } from '../../ts/data';
import { temporaryFolder } from './files';

const folder = temporaryFolder();
let files = 0;
const read = (text: string, options?: CsvOptions) => readSeries(folder.file(`${files++}.csv`, text), options);

describe('1. what is read', () => {
  test.each([
    ['comma', 'a,b\n1,2.5\n-3e2,.5\n'],
    ['semicolon', 'a;b\n1;2.5\n-3e2;.5\n'],
    ['tab', 'a\tb\n1\t2.5\n-3e2\t.5\n'],
    ['CR LF, no last line end', 'a,b\r\n1,2.5\r\n-3e2,.5'],
    ['spaces, quotes, byte order mark, blank lines at the end', '\ufeff"a" , b\n 1 ,"2.5"\n-3e2, .5\n\n\n'],
  ])('%s', async (_, text) => {
    const series = await read(text);
    expect(series).toMatchObject({ length: 2, channels: 2, channelNames: ['a', 'b'], pointLabel: undefined });
    expect(Array.from(series.data)).toEqual([1, 2.5, -300, 0.5]);
  });

  test('no header: every column is a channel', async () => {
    const series = await read('1,2,0\n3,4,1\n');
    expect(series).toMatchObject({ length: 2, channels: 3, channelNames: undefined });
  });

  test('one column', async () => {
    expect(Array.from((await read('1\n2\n3\n')).data)).toEqual([1, 2, 3]);
  });

  test.each(['label', 'anomaly', 'Label'])('a column called %s holds the point labels', async (name) => {
    const series = await read(`a,${name},b\n1,0,2\n3,1.0,4\n`);
    expect(series).toMatchObject({ channels: 2, channelNames: ['a', 'b'] });
    expect(Array.from(series.data)).toEqual([1, 2, 3, 4]);
    expect(Array.from(series.pointLabel!)).toEqual([0, 1]);
  });

  test('labelColumn and ignoreColumns by name; columns of time are never channels', async () => {
    const text = 'datetime,a,fault,note,label\n2020-03-09 14:34:41,1,0,x,7\n2020-03-09 14:34:42,2,1,y,8\n';
    const series = await read(text, { labelColumn: 'fault', ignoreColumns: ['note'] });
    expect(series.channelNames).toEqual(['a', 'label']);
    expect(Array.from(series.data)).toEqual([1, 7, 2, 8]);
    expect(Array.from(series.pointLabel!)).toEqual([0, 1]);
  });

  test('whole numbers may be column names', async () => {
    expect(await read('time,0,1\n1.5,2,3\n')).toMatchObject({ channels: 2, channelNames: ['0', '1'] });
  });

  test('any finite numbers, printed and read back, are the same', async () => {
    const rows = fc.array(fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(',', ';', '\t'), async (values, separator) => {
        const print = (value: number) => (Object.is(value, -0) ? '-0' : String(value));
        const text = values.map((row) => row.map(print).join(separator)).join('\n');
        const { data } = await readSeries(folder.file('round.csv', text));
        expect(Array.from(data)).toEqual(values.flat());
      }),
      { numRuns: 50 },
    );
  });

  const skab = path.join(__dirname, '..', '..', '..', 'shared', 'data', 'SKAB', 'valve1', '13.csv');
  (existsSync(skab) ? test : test.skip)('a file of the Skoltech Anomaly Benchmark', async () => {
    const series = await readSeries(skab, { ignoreColumns: ['changepoint'] });
    expect(series).toMatchObject({ length: 1140, channels: 8 });
    expect(series.channelNames!.at(-1)).toBe('Volume Flow RateRMS');
    const line = readFileSync(skab, 'utf8').split('\n')[500].split(';');
    expect(Array.from(series.data.slice(499 * 8, 500 * 8))).toEqual(line.slice(1, 9).map(Number));
    expect(series.pointLabel![499]).toBe(Number(line[9]));
  });
});

describe('2. each fault has its own sentence with file, row and column', () => {
  test.each<[string, string, string, CsvOptions?]>([
    ['a word', 'a,b\n1,2\n3,x\n', 'expected a number but received "x" at row 3, column "b"'],
    ['a word without header', '1,2\n3,x\n', 'expected a number but received "x" at row 2, column 2'],
    ['hexadecimal', 'a,b\n1,0x10\n', 'expected a number but received "0x10" at row 2, column "b"'],
    ['decimal comma', 'a;b\n1,5;2\n', 'expected a number but received "1,5" at row 2, column "a"'],
    ['an empty cell', 'a,b\n1,\n', 'expected a number but received an empty cell at row 2, column "b"'],
    ['NaN', 'a,b\n1,2\nnan,4\n', 'expected a finite number but received nan at row 3, column "a"'],
    ['infinity', 'a,b\n1,-inf\n', 'expected a finite number but received -inf at row 2, column "b"'],
    ['beyond float64', 'a,b\n1,1e999\n', 'expected a finite number but received 1e999 at row 2, column "b"'],
    ['a short row', 'a,b\n1,2\n3\n', 'expected 2 cells, as in the first row, but received 1 at row 3'],
    ['a long row', 'a,b\n1,2,3\n', 'expected 2 cells, as in the first row, but received 3 at row 2'],
    ['a blank line', 'a,b\n1,2\n\n3,4\n', 'expected a row of values but received a blank line at row 3'],
    ['a row after a quoted line break', '"a\n1",b\n1,x\n', 'expected a number but received "x" at row 3, column "b"'],
    ['a label of 2', 'a,label\n1,2\n', 'expected a label of 0 or 1 but received 2 at row 2, column "label"'],
    ['a label of 0.5', 'a,label\n1,0\n2,0.5\n', 'expected a label of 0 or 1 but received 0.5 at row 3, column "label"'],
    ['empty', '', 'expected a table but received an empty file'],
    ['blank', '\n\n', 'expected a table but received an empty file'],
    ['a header alone', 'a,b\n', 'expected rows of numbers but received the header alone'],
    [
      'the same name twice',
      'a,b,a\n1,2,3\n',
      'expected different column names in the header but received "a" in columns 1 and 3',
    ],
    ['no name', ',a\n0,1\n', 'expected a name for column 1 in the header but received none'],
    [
      'a bad first row',
      '1.5,x,3\n4,5,6\n',
      'expected a header of names or a row of numbers at row 1 but received "x" beside 1.5',
    ],
    [
      'two label columns',
      'a,label,anomaly\n1,0,0\n',
      'expected one column of point labels but received label and anomaly',
    ],
    ['no channel', 'time,label\n1,0\n', 'expected at least one channel among the columns time, label'],
    ['no such label column', 'a,b\n1,0\n', 'expected a column "fault" but received a, b', { labelColumn: 'fault' }],
    ['no such column to ignore', 'a,b\n1,0\n', 'expected a column "c" but received a, b', { ignoreColumns: ['c'] }],
    [
      'names without header',
      '1,2\n',
      'expected a header of column names at row 1 but received numbers',
      { labelColumn: 'a' },
    ],
    ['an open quote', 'a,"b\n1,2\n', 'expected a CSV file but received another: Quote Not Closed'],
  ])('%s', async (_, text, message, options = {}) => {
    await expect(read(text, options)).rejects.toThrow(DataError);
    await expect(read(text, options)).rejects.toThrow(`.csv: ${message}`);
  });
});

test('3. fuzzing: any text gives a DataError or a series of finite numbers', async () => {
  const cell = fc.oneof(
    fc.constantFrom('1', '-2.5', 'a', 'label', 'nan', '', '"', '"x"', '\ufeff', '1e400'),
    fc.string({ maxLength: 4 }),
  );
  const text = fc.array(fc.tuple(cell, fc.constantFrom(',', ';', '\t', '\n', '\r\n', '\r')), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(text, async (pieces) => {
      try {
        const series = await readSeries(folder.file('fuzz.csv', pieces.flat().join('')));
        expect(series.data).toHaveLength(series.length * series.channels);
        expect(series.data.every(Number.isFinite)).toBe(true);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
      }
    }),
    { numRuns: 300 },
  );
});

test('4. ten thousand rows, more than one chunk of the stream', async () => {
  const rows = Array.from({ length: 10_000 }, (_, t) => `${t},${t / 8},0`);
  const series = await read(`a,b,label\n${rows.join('\n')}\n`);
  expect(series.length).toBe(10_000);
  expect(series.data[2 * 9_999 + 1]).toBe(9_999 / 8);
});
