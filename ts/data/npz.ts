import { unzipSync } from 'fflate';
import { readFile } from 'node:fs/promises';
import { DataError } from './dataError';
import { readNpy } from './npy';
import { checkFinite, toLabels, type Series } from './series';

/** The accepted array names: the values, the weak labels of the windows (two spellings) and the point labels. */
const ARRAYS = ['x', 'weakLabel', 'y', 'pointLabel'];

/** Deflate's highest compression: an archive that claims more would allocate memory for nothing. */
const MAX_DEFLATE_RATIO = 1032;

interface NpyArray {
  values: Float64Array;
  shape: number[];
}

/**
 * Reads a .npz archive: `x` [T], [T, C], or ready windows [n, T, C]; optional weak labels `weakLabel` or `y` [n], one per
 * window; optional point labels `pointLabel` [T] or [n, T].
 */
export async function readNpzSeries(file: string): Promise<Omit<Series, 'name'>> {
  const arrays = unzipArrays(file, await readFile(file));
  const { x, pointLabel } = arrays;
  if (!x) throw new DataError(file, `expected an array \`x\` but received ${Object.keys(arrays).join(', ') || 'none'}`);
  if (arrays.weakLabel && arrays.y)
    throw new DataError(file, 'expected weak labels in `weakLabel` or in `y` but received both');
  const weakLabel = arrays.weakLabel ?? arrays.y;

  const { shape } = x;
  if (shape.length < 1 || shape.length > 3) {
    throw new DataError(file, `expected x of shape [T], [T, C] or [n, T, C] but received (${shape.join(', ')})`);
  }
  const channels = shape.length === 1 ? 1 : shape[shape.length - 1];
  const steps = shape.length === 3 ? shape.slice(0, 2) : shape.slice(0, 1);
  checkFinite(file, x.values, channels);
  if (pointLabel && pointLabel.shape.join() !== steps.join()) {
    const received = `(${pointLabel.shape.join(', ')})`;
    throw new DataError(file, `expected pointLabel of shape (${steps.join(', ')}), as x has, but received ${received}`);
  }
  if (weakLabel && weakLabel.shape.length !== 1) {
    throw new DataError(file, `expected weak labels of shape [n] but received (${weakLabel.shape.join(', ')})`);
  }
  return {
    length: steps.reduce((product, size) => product * size, 1),
    channels,
    data: x.values,
    pointLabel: pointLabel && toLabels(file, 'pointLabel', pointLabel.values),
    windowLabel: weakLabel && toLabels(file, arrays.weakLabel ? 'weakLabel' : 'y', weakLabel.values),
    windowLength: shape.length === 3 ? shape[1] : undefined,
  };
}

function unzipArrays(file: string, bytes: Uint8Array): Record<string, NpyArray> {
  if (bytes.length === 0) throw new DataError(file, 'expected a .npz archive but received an empty file');
  const entries = unzip(file, bytes);
  const arrays = Object.entries(entries).map(([entry, content]) => {
    const name = entry.replace(/\.npy$/, '');
    return [name, readNpy(`${file} (${name})`, content)] as const;
  });
  return Object.fromEntries(arrays);
}

function unzip(file: string, bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        if (!ARRAYS.includes(name.replace(/\.npy$/, ''))) {
          throw new DataError(
            file,
            `expected only the arrays ${ARRAYS.join(', ')} but received ${JSON.stringify(name)}`,
          );
        }
        if (originalSize > size * MAX_DEFLATE_RATIO + 1024) {
          throw new DataError(
            file,
            `expected the true size of ${name} in the archive but received ${originalSize} bytes`,
          );
        }
        return true;
      },
    });
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(file, `expected a .npz archive but received another file: ${(error as Error).message}`);
  }
}
