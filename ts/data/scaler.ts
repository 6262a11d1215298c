import { expectedValue } from '../util/expected';
import { DataError } from './dataError';
import type { Series } from './series';

/** How the values of each channel are standardised: over their own file, with stored figures, or not at all. */
export type Scaler = { kind: 'file' } | { kind: 'none' } | ({ kind: 'train' } & ChannelStatistics);

export interface ChannelStatistics {
  /** [channels] */
  mean: number[];
  /** Population standard deviation, [channels], > 0; 1 for a constant channel, which is thus only centred. */
  standardDeviation: number[];
}

/** Mean and standard deviation of each channel over all rows of all the series, which have equal channel counts. */
export function fitScaler(series: readonly Series[]): { kind: 'train' } & ChannelStatistics {
  return { kind: 'train', ...channelStatistics(series) };
}

function channelStatistics(series: readonly Series[]): ChannelStatistics {
  const { channels, data: first } = series[0];
  const rows = series.reduce((sum, { length }) => sum + length, 0);
  const mean = new Array<number>(channels).fill(0);
  const standardDeviation = new Array<number>(channels).fill(0);
  // The rounding of a mean gives a constant channel a tiny deviation that must not be divided by: compare the values instead.
  const constant = new Array<boolean>(channels).fill(true);
  for (const { data } of series) {
    for (let i = 0; i < data.length; i++) {
      const channel = i % channels;
      mean[channel] += data[i];
      if (data[i] !== first[channel]) constant[channel] = false;
    }
  }
  for (let channel = 0; channel < channels; channel++) {
    mean[channel] = constant[channel] ? first[channel] : mean[channel] / rows;
  }
  for (const { data } of series) {
    for (let i = 0; i < data.length; i++) standardDeviation[i % channels] += (data[i] - mean[i % channels]) ** 2;
  }
  for (let channel = 0; channel < channels; channel++) {
    standardDeviation[channel] = constant[channel] ? 1 : Math.sqrt(standardDeviation[channel] / rows);
  }
  return { mean, standardDeviation };
}

/**
 * Writes the standardised values of a series as float32.
 * @param out [series.length * series.channels]
 * @throws DataError naming row and channel where a value is not finite afterwards
 */
export function standardise(series: Series, scaler: Scaler, out: Float32Array): void {
  const { name, data, channels } = series;
  if (scaler.kind === 'train' && scaler.mean.length !== channels) {
    throw expectedValue(`${channels} channels, as in ${name},`, 'scaler.mean', scaler.mean);
  }
  const statistics =
    scaler.kind === 'file' ? channelStatistics([series]) : scaler.kind === 'train' ? scaler : undefined;
  for (let i = 0; i < data.length; i++) {
    const channel = i % channels;
    const deviation = statistics ? statistics.standardDeviation[channel] : 1;
    const value = statistics ? (data[i] - statistics.mean[channel]) / deviation : data[i];
    out[i] = value;
    if (!Number.isFinite(out[i]) || !Number.isFinite(deviation)) {
      const place = `at row ${Math.floor(i / channels)}, channel ${channel} (counted from 0)`;
      throw new DataError(
        name,
        `expected values that are finite in float32 once scaled but received ${data[i]} ${place}`,
      );
    }
  }
}
