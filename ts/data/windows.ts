import { expectedValue } from '../util/expected';
import { DataError } from './dataError';
import { standardise, type Scaler } from './scaler';
import { checkSameChannels, type Series } from './series';

/** Windows [n, splitSize, channels], row-major, with at most one weak label each and, for evaluation alone, point labels. */
export interface Windows {
  data: Float32Array;
  shape: readonly [windows: number, splitSize: number, channels: number];
  /** 0 or 1, [n] */
  weakLabel?: Uint8Array;
  /** 0 or 1, [n, splitSize]; 0 at padding */
  denseLabel?: Uint8Array;
  /** Real points of each window, [n]; the padding stands in front of them. All real where absent. */
  lengths?: ArrayLike<number>;
  /** The series that each window comes from, [n]. */
  names?: string[];
}

export type Padding = 'reference' | 'masked';

/**
 * Standardises each series, pads it with zeros in FRONT to a multiple of `splitSize` and cuts it into windows, as the
 * reference prepares its data: a full extra block of zeros where the length divides evenly. With padding 'masked' a window
 * of nothing but padding is dropped. Series that hold ready windows (`windowLength`) are not padded.
 * The weak label is `windowLabel` where given, else the maximum of the window's point labels; absent without either.
 * @throws RangeError on a bad `splitSize`, DataError on series that do not fit together
 */
export function makeWindows(
  series: readonly Series[],
  splitSize: number,
  { padding, scaler }: { padding: Padding; scaler: Scaler },
): Required<Pick<Windows, 'lengths' | 'names'>> & Windows {
  if (!Number.isInteger(splitSize) || splitSize < 1) throw expectedValue('an integer >= 1', 'splitSize', splitSize);
  if (series.length === 0) throw expectedValue('at least one series', 'series', series);
  checkFitTogether(series, splitSize);

  const channels = series[0].channels;
  const paddings = series.map((one) => frontPadding(one, splitSize, padding));
  const counts = series.map((one, i) => (one.length + paddings[i]) / splitSize);
  const total = counts.reduce((sum, count) => sum + count, 0);

  const data = new Float32Array(total * splitSize * channels);
  const weakLabel = series[0].windowLabel || series[0].pointLabel ? new Uint8Array(total) : undefined;
  const denseLabel = series[0].pointLabel ? new Uint8Array(total * splitSize) : undefined;
  const lengths = new Int32Array(total).fill(splitSize);
  const names = new Array<string>(total);

  let window = 0;
  series.forEach((one, i) => {
    const firstPoint = window * splitSize + paddings[i];
    standardise(one, scaler, data.subarray(firstPoint * channels, (firstPoint + one.length) * channels));
    denseLabel?.set(one.pointLabel!, firstPoint);
    if (weakLabel) weakLabel.set(weakLabels(one, splitSize, paddings[i]), window);
    lengths[window] -= paddings[i];
    names.fill(one.name, window, window + counts[i]);
    window += counts[i];
  });
  return { data, shape: [total, splitSize, channels], weakLabel, denseLabel, lengths, names };
}

/**
 * Windows of `splitSize` rows from the first row of a series on, standardised, without labels: only the last may have fewer rows, behind zeros. A series that is
 * still being measured has no other windows, since its end, which makeWindows counts from, is not known.
 * @throws DataError where a value is not finite once scaled
 */
export function makeWindowsFromStart(
  series: Series,
  splitSize: number,
  scaler: Scaler,
): Required<Pick<Windows, 'lengths' | 'names'>> & Windows {
  const { name, length, channels } = series;
  const count = Math.ceil(length / splitSize);
  const padding = count * splitSize - length;
  const data = new Float32Array(count * splitSize * channels);
  standardise(series, scaler, data.subarray(0, length * channels));
  const lastWindow = data.subarray((count - 1) * splitSize * channels);
  lastWindow.copyWithin(padding * channels, 0);
  lastWindow.fill(0, 0, padding * channels);
  const lengths = new Int32Array(count).fill(splitSize);
  lengths[count - 1] -= padding;
  return { data, shape: [count, splitSize, channels], lengths, names: new Array<string>(count).fill(name) };
}

function frontPadding({ length, windowLength }: Series, splitSize: number, padding: Padding): number {
  if (windowLength !== undefined) return 0;
  const missing = splitSize - (length % splitSize);
  return missing === splitSize && padding === 'masked' ? 0 : missing;
}

function weakLabels({ windowLabel, pointLabel, length }: Series, splitSize: number, padding: number): Uint8Array {
  const labels = new Uint8Array((length + padding) / splitSize);
  // `windowLabel` counts from the first window with a real point; a block of padding before it stays 0.
  if (windowLabel) labels.set(windowLabel, labels.length - windowLabel.length);
  else pointLabel!.forEach((label, t) => (labels[Math.floor((t + padding) / splitSize)] |= label));
  return labels;
}

function checkFitTogether(series: readonly Series[], splitSize: number): void {
  const first = series[0];
  for (const one of series) {
    const { name, length, channels, windowLabel, windowLength } = one;
    if (length < 1) throw new DataError(name, 'expected at least one row but received none');
    if (one.data.length !== length * channels) {
      throw new DataError(name, `expected ${length} rows of ${channels} values but received ${one.data.length} values`);
    }
    checkSameChannels(first, one);
    if (windowLength !== undefined && windowLength !== splitSize) {
      throw new DataError(
        name,
        `expected windows of ${splitSize} time steps (the split size) but received ${windowLength}`,
      );
    }
    const windows = Math.ceil(length / splitSize);
    if (windowLabel && windowLabel.length !== windows) {
      const received = `${windows} weak labels, one per window of ${splitSize} time steps, but received ${windowLabel.length}`;
      throw new DataError(name, `expected ${received}`);
    }
    if (!one.pointLabel !== !first.pointLabel) throw unevenLabels('point', first, one, one.pointLabel);
    const weak = one.windowLabel ?? one.pointLabel;
    if (!weak !== !(first.windowLabel ?? first.pointLabel)) throw unevenLabels('weak', first, one, weak);
  }
}

function unevenLabels(kind: 'point' | 'weak', first: Series, one: Series, labels?: Uint8Array): DataError {
  const [having, lacking] = labels ? [one, first] : [first, one];
  return new DataError(lacking.name, `expected ${kind} labels, since ${having.name} has them, but received none`);
}
