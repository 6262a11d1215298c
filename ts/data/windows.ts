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
  const cuts = series.map((one) => ({ head: 0, padding: frontPadding(one, splitSize, padding) }));
  return cutWindows(series, splitSize, scaler, cuts);
}

/**
 * Windows of `splitSize` rows from the first row of each series on, standardised: only its last may have fewer rows, behind zeros. A series that is still being
 * measured has no other windows, since its end, which makeWindows counts from, is not known. Weak labels are as there; those of `windowLabel` are of windows
 * counted from the end, which are other ones where the last window is short: point labels are then needed.
 * @throws as makeWindows, and DataError where such point labels are missing
 */
export function makeWindowsFromStart(
  series: readonly Series[],
  splitSize: number,
  scaler: Scaler,
): ReturnType<typeof makeWindows> {
  checkFitTogether(series, splitSize);
  const cuts = series.map(({ length }) => {
    const head = (Math.ceil(length / splitSize) - 1) * splitSize;
    return { head, padding: head + splitSize - length };
  });
  return cutWindows(series, splitSize, scaler, cuts);
}

/** Where zeros stand in a series: after `head` of its rows. */
interface Cut {
  head: number;
  padding: number;
}

function cutWindows(
  series: readonly Series[],
  splitSize: number,
  scaler: Scaler,
  cuts: readonly Cut[],
): ReturnType<typeof makeWindows> {
  const channels = series[0].channels;
  const counts = series.map(({ length }, i) => (length + cuts[i].padding) / splitSize);
  const total = counts.reduce((sum, count) => sum + count, 0);

  const data = new Float32Array(total * splitSize * channels);
  const weakLabel = series[0].windowLabel || series[0].pointLabel ? new Uint8Array(total) : undefined;
  const denseLabel = series[0].pointLabel ? new Uint8Array(total * splitSize) : undefined;
  const lengths = new Int32Array(total).fill(splitSize);
  const names = new Array<string>(total);

  let window = 0;
  series.forEach((one, i) => {
    const cut = cuts[i];
    const [first, end] = [window * splitSize, (window + counts[i]) * splitSize];
    const rows = data.subarray(first * channels, end * channels);
    standardise(one, scaler, rows.subarray(0, one.length * channels));
    insertPadding(rows, cut, channels);
    if (denseLabel) {
      denseLabel.set(one.pointLabel!, first);
      insertPadding(denseLabel.subarray(first, end), cut, 1);
    }
    if (weakLabel) weakLabel.set(weakLabels(one, splitSize, cut), window);
    lengths[window + cut.head / splitSize] -= cut.padding;
    names.fill(one.name, window, window + counts[i]);
    window += counts[i];
  });
  return { data, shape: [total, splitSize, channels], weakLabel, denseLabel, lengths, names };
}

/** @param rows of `width` values, those of the series in front and room for the padding behind them */
function insertPadding(rows: Float32Array | Uint8Array, { head, padding }: Cut, width: number): void {
  rows.copyWithin((head + padding) * width, head * width, rows.length - padding * width);
  rows.fill(0, head * width, (head + padding) * width);
}

function frontPadding({ length, windowLength }: Series, splitSize: number, padding: Padding): number {
  if (windowLength !== undefined) return 0;
  const missing = splitSize - (length % splitSize);
  return missing === splitSize && padding === 'masked' ? 0 : missing;
}

function weakLabels(one: Series, splitSize: number, { head, padding }: Cut): Uint8Array {
  const { name, windowLabel, pointLabel, length } = one;
  const labels = new Uint8Array((length + padding) / splitSize);
  if (windowLabel && (head === 0 || padding === 0)) {
    // `windowLabel` counts from the first window with a real point; a block of padding before it stays 0.
    labels.set(windowLabel, labels.length - windowLabel.length);
  } else if (pointLabel) {
    pointLabel.forEach((label, t) => (labels[Math.floor((t < head ? t : t + padding) / splitSize)] |= label));
  } else {
    const received = `weak labels of windows counted from the end of ${length} rows`;
    throw new DataError(name, `expected point labels or a multiple of ${splitSize} rows but received ${received}`);
  }
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
