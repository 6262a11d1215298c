import { planColumns, readCell, readLabelCell, type CsvColumns, type CsvOptions } from './csvColumns';
import { readRecords } from './csvRecords';
import { DataError } from './dataError';
import type { Series } from './series';

/**
 * Reads a table of one row per time step: comma, semicolon or tab between cells, with or without a header. Every column is a
 * channel but the point labels and those named as time or to be ignored.
 */
export async function readCsvSeries(file: string, options: CsvOptions): Promise<Omit<Series, 'name'>> {
  let columns: CsvColumns | undefined;
  const values: number[] = [];
  const labels: number[] = [];
  await readRecords(file, (cells, row) => {
    if (!columns) {
      const plan = planColumns(file, cells, options);
      columns = plan.columns;
      if (plan.isHeader) return;
    }
    const { width, names, channels, label } = columns;
    if (cells.length !== width) {
      throw new DataError(
        file,
        `expected ${width} cells, as in the first row, but received ${cells.length} at row ${row}`,
      );
    }
    for (const column of channels) values.push(readCell(file, cells[column], row, column, names));
    if (label !== undefined) labels.push(readLabelCell(file, cells[label], row, label, names));
  });
  if (!columns) throw new DataError(file, 'expected a table but received an empty file');
  const { names, channels, label } = columns;
  const length = values.length / channels.length;
  if (length === 0) throw new DataError(file, 'expected rows of numbers but received the header alone');
  return {
    length,
    channels: channels.length,
    data: new Float64Array(values),
    channelNames: names && channels.map((column) => names[column]),
    pointLabel: label === undefined ? undefined : new Uint8Array(labels),
  };
}
