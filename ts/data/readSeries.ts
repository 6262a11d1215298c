import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { readCsvSeries } from './csv';
import type { CsvOptions } from './csvColumns';
import { DataError } from './dataError';
import { readNpy, readNpyHeader } from './npy';
import { readNpzSeries } from './npz';
import { readPickledSeries } from './pickledSeries';
import { checkFinite, type Series } from './series';

type Reader = (file: string, options: CsvOptions) => Promise<Omit<Series, 'name'>>;

const READERS: Record<string, Reader> = {
  '.csv': readCsvSeries,
  '.tsv': readCsvSeries,
  '.txt': readCsvSeries,
  '.npy': readNpySeries,
  '.npz': readNpzSeries,
};

/** Weak labels of the files beside it, no series of its own. */
export const LABELS_FILE = 'labels.csv';

/**
 * Reads one series, by the file's extension: .csv, .tsv, .txt (tables), .npy (an array [T] or [T, C], or a file of the WETAS
 * authors) or .npz (arrays `x`, `weakLabel` or `y`, `pointLabel`).
 * @throws DataError naming the file and the place in it
 */
export async function readSeries(file: string, options: CsvOptions = {}): Promise<Series> {
  const reader = READERS[path.extname(file).toLowerCase()];
  if (!reader) {
    const expected = `a file ending in ${Object.keys(READERS).join(', ')}`;
    throw new DataError(file, `expected ${expected} but received ${JSON.stringify(path.extname(file))}`);
  }
  if (!(await statOrRefuse(file)).isFile()) throw new DataError(file, 'expected a file but received a folder');
  const series = await reader(file, options);
  if (series.length === 0 || series.channels === 0) {
    throw new DataError(
      file,
      `expected at least one row and one channel but received ${series.length} and ${series.channels}`,
    );
  }
  return { name: path.basename(file), ...series };
}

/** The files that hold series, sorted by name: those of a folder (neither hidden ones nor labels.csv), or the one file named. */
export async function listSeriesFiles(fileOrFolder: string): Promise<string[]> {
  if (!(await statOrRefuse(fileOrFolder)).isDirectory()) return [fileOrFolder];
  const names = (await readdir(fileOrFolder)).filter((name) => !name.startsWith('.') && name !== LABELS_FILE);
  if (names.length === 0) throw new DataError(fileOrFolder, 'expected at least one file but the folder has none');
  return names.sort().map((name) => path.join(fileOrFolder, name));
}

async function statOrRefuse(file: string) {
  return stat(file).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'no such file or folder' : error.message;
    throw new DataError(file, `expected a file that can be read but received ${reason}`);
  });
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
