import { DataError } from './dataError';

export interface CsvOptions {
  /** Name of the column of point labels; by default `label` or `anomaly`, where there is one. */
  labelColumn?: string;
  /** Names of columns that are no channels; columns called datetime, timestamp, date or time never are. */
  ignoreColumns?: readonly string[];
}

/** What each column of a CSV file is. */
export interface CsvColumns {
  /** Cells in a row. */
  width: number;
  /** One per column; absent where the file has no header. */
  names?: string[];
  /** Index of the column of each channel. */
  channels: number[];
  /** Index of the point-label column. */
  label?: number;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;
const LABEL_COLUMNS = ['label', 'anomaly'];
const TIME_COLUMNS = ['datetime', 'timestamp', 'date', 'time'];

/** Decides from the first row, which is a header as soon as one of its cells is a word. */
export function planColumns(
  file: string,
  cells: string[],
  options: CsvOptions,
): { columns: CsvColumns; isHeader: boolean } {
  const isHeader = cells.some((cell) => cell !== '' && !NUMBER.test(cell) && !NOT_FINITE.test(cell));
  if (!isHeader) {
    if (options.labelColumn !== undefined || options.ignoreColumns?.length) {
      throw new DataError(file, 'expected a header of column names at row 1 but received numbers');
    }
    return { columns: { width: cells.length, channels: cells.map((_, column) => column) }, isHeader };
  }
  checkHeader(file, cells);
  const label = findLabel(file, cells, options.labelColumn);
  const ignored = new Set((options.ignoreColumns ?? []).map((name) => find(file, cells, name)));
  const isChannel = (name: string, column: number) =>
    column !== label && !ignored.has(column) && !TIME_COLUMNS.includes(name.toLowerCase());
  const channels = cells.flatMap((name, column) => (isChannel(name, column) ? [column] : []));
  if (channels.length === 0)
    throw new DataError(file, `expected at least one channel among the columns ${cells.join(', ')}`);
  return { columns: { width: cells.length, names: cells, channels, label }, isHeader };
}

function checkHeader(file: string, names: string[]): void {
  names.forEach((name, column) => {
    if (name === '')
      throw new DataError(file, `expected a name for column ${column + 1} in the header but received none`);
    // A whole number may be a name; a measured value means that the header is a row of data with a bad cell.
    if (NOT_FINITE.test(name) || (NUMBER.test(name) && !/^\d+$/.test(name))) {
      const word = names.find((other) => !NUMBER.test(other) && !NOT_FINITE.test(other));
      const received = `${JSON.stringify(word)} beside ${name}`;
      throw new DataError(file, `expected a header of names or a row of numbers at row 1 but received ${received}`);
    }
    const first = names.indexOf(name);
    if (first < column) {
      const received = `${JSON.stringify(name)} in columns ${first + 1} and ${column + 1}`;
      throw new DataError(file, `expected different column names in the header but received ${received}`);
    }
  });
}

function findLabel(file: string, names: string[], labelColumn?: string): number | undefined {
  if (labelColumn !== undefined) return find(file, names, labelColumn);
  const found = names.filter((name) => LABEL_COLUMNS.includes(name.toLowerCase()));
  if (found.length > 1) {
    throw new DataError(
      file,
      `expected one column of point labels but received ${found.join(' and ')}: name the right one`,
    );
  }
  return found.length === 1 ? names.indexOf(found[0]) : undefined;
}

function find(file: string, names: string[], name: string): number {
  const column = names.indexOf(name);
  if (column < 0)
    throw new DataError(file, `expected a column ${JSON.stringify(name)} but received ${names.join(', ')}`);
  return column;
}

/** The number in a cell, which must be finite. */
export function readCell(file: string, cell: string, row: number, column: number, names?: string[]): number {
  const value = NUMBER.test(cell) ? Number(cell) : NaN;
  if (Number.isFinite(value)) return value;
  const place = `at row ${row}, column ${names ? JSON.stringify(names[column]) : column + 1}`;
  if (cell === '') throw new DataError(file, `expected a number but received an empty cell ${place}`);
  if (NOT_FINITE.test(cell) || NUMBER.test(cell)) {
    throw new DataError(file, `expected a finite number but received ${cell} ${place}`);
  }
  throw new DataError(file, `expected a number but received ${JSON.stringify(cell.slice(0, 80))} ${place}`);
}

/** The label in a cell: 0 or 1, also written as 0.0 and 1.0. */
export function readLabelCell(file: string, cell: string, row: number, column: number, names?: string[]): number {
  const value = readCell(file, cell, row, column, names);
  if (value === 0 || value === 1) return value;
  const place = `at row ${row}, column ${names ? JSON.stringify(names[column]) : column + 1}`;
  throw new DataError(file, `expected a label of 0 or 1 but received ${cell} ${place}`);
}
