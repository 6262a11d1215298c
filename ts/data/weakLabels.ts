import { readCell, readLabelCell } from './csvColumns';
import { readRecords } from './csvRecords';
import { DataError } from './dataError';

const HEADER = ['file', 'window', 'label'];

/**
 * Reads weak labels from a CSV file with the columns `file` (the name of a file beside it), `window` (counted from 0, the
 * first being the one with the file's first rows) and `label` (0 or 1), one row per window, in any order. Windows end where
 * the series ends, so the first may be shorter than the others.
 * @returns the labels of each file's windows
 */
export async function readWeakLabels(file: string): Promise<Map<string, Uint8Array>> {
  const labels = new Map<string, Map<number, number>>();
  let hasHeader = false;
  await readRecords(file, (cells, row) => {
    if (!hasHeader) {
      if (cells.join() !== HEADER.join()) {
        throw new DataError(
          file,
          `expected the header ${HEADER.join()} but received ${JSON.stringify(cells.join())} at row ${row}`,
        );
      }
      hasHeader = true;
      return;
    }
    if (cells.length !== HEADER.length) {
      throw new DataError(file, `expected ${HEADER.length} cells but received ${cells.length} at row ${row}`);
    }
    const [name, windowCell, labelCell] = cells;
    const window = readCell(file, windowCell, row, 1, HEADER);
    if (!Number.isInteger(window) || window < 0) {
      throw new DataError(file, `expected a window number counted from 0 but received ${windowCell} at row ${row}`);
    }
    const ofFile = labels.get(name) ?? new Map<number, number>();
    if (ofFile.has(window)) {
      throw new DataError(
        file,
        `expected each window once but received window ${window} of ${name} again at row ${row}`,
      );
    }
    labels.set(name, ofFile.set(window, readLabelCell(file, labelCell, row, 2, HEADER)));
  });
  return new Map(Array.from(labels, ([name, ofFile]) => [name, inOrder(file, name, ofFile)]));
}

function inOrder(file: string, name: string, labels: Map<number, number>): Uint8Array {
  return Uint8Array.from({ length: labels.size }, (_, window) => {
    const label = labels.get(window);
    if (label === undefined) {
      throw new DataError(
        file,
        `expected a label for each of the ${labels.size} windows of ${name} but window ${window} has none`,
      );
    }
    return label;
  });
}
