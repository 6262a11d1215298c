import { DataError } from './dataError';

/** One recording, as read: not yet scaled, padded or cut. */
export interface Series {
  /** The file's name without its folder; `train/<file>` and so on in a dataset. */
  name: string;
  /** Number of time steps, >= 1. */
  length: number;
  channels: number;
  /** Finite values, [length, channels], row-major. */
  data: Float64Array;
  channelNames?: string[];
  /** 0 or 1 for each time step, [length]. */
  pointLabel?: Uint8Array;
  /** 0 or 1 for each window that holds a real point, [ceil(length / splitSize)], the windows ending where the series ends. */
  windowLabel?: Uint8Array;
  /** Set where the file holds windows already cut: the series is then length / windowLength of them, one after the other. */
  windowLength?: number;
}

/** Refuses NaN and infinite values, naming row and column, both counted from 0 as in the array. */
export function checkFinite(file: string, data: Float64Array, channels: number): void {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const place = `at row ${Math.floor(i / channels)}, column ${i % channels} (counted from 0)`;
      throw new DataError(file, `expected finite values but received ${data[i]} ${place}`);
    }
  }
}

/** Labels as bytes; refuses anything but 0 and 1. */
export function toLabels(file: string, name: string, values: Float64Array): Uint8Array {
  const labels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== 0 && values[i] !== 1) {
      throw new DataError(
        file,
        `expected labels of 0 or 1 in ${name} but received ${values[i]} at row ${i} (counted from 0)`,
      );
    }
    labels[i] = values[i];
  }
  return labels;
}

/** Refuses a series whose channels are not those of the first: other counts, or other names where both have names. */
export function checkSameChannels(first: Series, one: Series): void {
  if (one.channels !== first.channels) {
    throw new DataError(
      one.name,
      `expected ${first.channels} channels, as in ${first.name}, but received ${one.channels}`,
    );
  }
  if (one.channelNames && first.channelNames && one.channelNames.join('\n') !== first.channelNames.join('\n')) {
    const expected = `the columns of ${first.name} (${first.channelNames.join(', ')})`;
    throw new DataError(one.name, `expected ${expected} but received ${one.channelNames.join(', ')}`);
  }
}
