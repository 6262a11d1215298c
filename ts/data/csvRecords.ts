import { parse } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { DataError } from './dataError';

/** The separators looked for, the likelier first where several occur equally often. */
const SEPARATORS = [',', ';', '\t'];

/** Far beyond any row of numbers: a guard against reading a file that is no table, or has a quote left open, into memory. */
const MAX_RECORD_BYTES = 1 << 22;

/**
 * Streams the records of a CSV file, with the separator among comma, semicolon and tab that its first line has most of.
 * Blank lines at the end are passed over, elsewhere refused.
 * @param onRecord gets the trimmed cells and the row, counted from 1 as an editor shows it
 */
export async function readRecords(file: string, onRecord: (cells: string[], row: number) => void): Promise<void> {
  let blankRow = 0;
  const parser = parse({
    bom: true,
    trim: true,
    delimiter: await detectSeparator(file),
    relax_column_count: true,
    max_record_size: MAX_RECORD_BYTES,
    on_record: (cells: string[], { lines }) => {
      if (cells.length === 1 && cells[0] === '') {
        blankRow ||= lines;
        return null;
      }
      if (blankRow) throw new DataError(file, `expected a row of values but received a blank line at row ${blankRow}`);
      onRecord(cells, lines);
      return null;
    },
  });
  parser.resume();
  try {
    await pipeline(createReadStream(file), parser);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(file, `expected a CSV file but received another: ${(error as Error).message}`);
  }
}

async function detectSeparator(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65536), 0, 65536, 0);
    const [line] = buffer.toString('utf8', 0, bytesRead).trimStart().split(/\r|\n/, 1);
    const unquoted = line.replace(/"[^"]*"/g, '');
    const counts = SEPARATORS.map((separator) => unquoted.split(separator).length);
    return SEPARATORS[counts.indexOf(Math.max(...counts))];
  } finally {
    await handle.close();
  }
}
