import type { Windows } from '../data';
import type { ReportWindow, WindowKind } from './ReportData';

/** What a model says of the windows of a split. */
export interface ScoredWindows {
  /** With weak labels. */
  windows: Windows;
  /** [n] */
  weakScore: ArrayLike<number>;
  /** [n, splitSize] */
  denseScore: ArrayLike<number>;
  /** The predicted segments as 0 or 1, [n, splitSize]. */
  segmentLabel: ArrayLike<number>;
  /** Weak score from which a window counts as anomalous. */
  threshold: number;
}

/** How many windows of each kind a report shows. */
const SHOWN: [WindowKind, number][] = [
  ['hit', 4],
  ['miss', 2],
  ['false alarm', 2],
  ['normal', 1],
];

/** Some windows of each kind, spread evenly from the highest weak score of the kind to its lowest. */
export function chooseWindows(scored: ScoredWindows): ReportWindow[] {
  const all = Array.from(scored.weakScore, (_, i) => i);
  const firstRows = findFirstRows(scored.windows);
  return SHOWN.flatMap(([kind, count]) => {
    const ofKind = all
      .filter((i) => kindOf(scored, i) === kind)
      .sort((a, b) => scored.weakScore[b] - scored.weakScore[a]);
    return spread(ofKind, count).map((i) => cutOut(scored, i, kind, firstRows[i]));
  });
}

function kindOf({ windows, weakScore, threshold }: ScoredWindows, i: number): WindowKind {
  const found = weakScore[i] >= threshold;
  if (windows.weakLabel![i]) return found ? 'hit' : 'miss';
  return found ? 'false alarm' : 'normal';
}

function spread(indices: number[], count: number): number[] {
  if (indices.length <= count) return indices;
  if (count === 1) return [indices[0]];
  return Array.from({ length: count }, (_, k) => indices[Math.round((k * (indices.length - 1)) / (count - 1))]);
}

/** The row of its series at which each window starts: the windows of a series follow each other, and padding is no row. */
function findFirstRows({ shape: [n, splitSize], lengths, names }: Windows): number[] {
  const firstRows: number[] = [];
  for (let i = 0, row = 0; i < n; ++i) {
    if (i > 0 && names?.[i] !== names?.[i - 1]) row = 0;
    firstRows.push(row);
    row += lengths?.[i] ?? splitSize;
  }
  return firstRows;
}

function cutOut({ windows, ...scored }: ScoredWindows, i: number, kind: WindowKind, firstRow: number): ReportWindow {
  const [, splitSize, channels] = windows.shape;
  const length = windows.lengths?.[i] ?? splitSize;
  const perTimestep = (values: ArrayLike<number>) =>
    Array.from({ length: splitSize }, (_, t) => rounded(values[i * splitSize + t]));
  return {
    name: windows.names?.[i] ?? `window ${i}`,
    kind,
    firstRow,
    lastRow: firstRow + length,
    padding: splitSize - length,
    weakScore: rounded(scored.weakScore[i]),
    threshold: scored.threshold,
    channels: Array.from({ length: channels }, (_, c) =>
      Array.from({ length: splitSize }, (_, t) => rounded(windows.data[(i * splitSize + t) * channels + c])),
    ),
    denseScore: perTimestep(scored.denseScore),
    segmentLabel: perTimestep(scored.segmentLabel),
    trueLabel: windows.denseLabel && perTimestep(windows.denseLabel),
  };
}

/** Enough digits for a picture: the page stays small. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
