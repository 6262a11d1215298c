import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from './dataError';
import { readNpy, readNpyHeader } from './npy';
import { readPickledSeries } from './pickledSeries';
import { checkFinite, type Series } from './series';

type Reader = (file: string) => Promise<Omit<Series, 'name'>>;

const READERS: Record<string, Reader> = {
  '.npy': readNpySeries,
};

export const SERIES_EXTENSIONS = Object.keys(READERS);

/**
 * Reads one series, by the file's extension.
 * @throws DataError naming the file and the place in it
 */
export async function readSeries(file: string): Promise<Series> {
  const reader = READERS[path.extname(file).toLowerCase()];
  if (!reader) throw new DataError(file, `expected a file ending in ${SERIES_EXTENSIONS.join(', ')}`);
  const series = await reader(file);
  if (series.length === 0 || series.channels === 0) throw new DataError(file, 'expected at least one row and one channel but received none');
  return { name: path.basename(file), ...series };
}

async function readNpySeries(file: string): Promise<Omit<Series, 'name'>> {
  const bytes = await readFile(file);
  const header = readNpyHeader(file, bytes);
  if (header.dtype === '|O') return readPickledSeries(file, bytes, header);
  const { values, shape } = readNpy(file, bytes);
  if (shape.length !== 1 && shape.length !== 2) {
    throw new DataError(file, `expected an array [T] or [T, C] but received shape (${shape.join(', ')})`);
  }
  const [length, channels = 1] = shape;
  checkFinite(file, values, channels);
  return { length, channels, data: values };
}
