/** Everything that report.html shows; it is embedded in the page as JSON. */
export interface ReportData {
  title: string;
  /** ISO 8601 */
  date: string;
  /** Short facts under the title: best epoch, threshold, duration, ... */
  facts: Fact[];
  figures: FigureTable;
  settings: Record<string, unknown>;
  charts: Chart[];
  /** The epoch whose state was kept; marked in the charts. */
  bestEpoch?: number;
  /** The split the windows are of. */
  windowsSplit: string;
  windows: ReportWindow[];
}

export interface Fact {
  name: string;
  value: string;
}

export interface FigureTable {
  columns: string[];
  rows: { name: string; cells: string[] }[];
}

/** Lines over the epochs. */
export interface Chart {
  title: string;
  epochs: number[];
  lines: { name: string; values: (number | null)[]; dashed?: boolean }[];
}

/** hit: anomalous and found; miss: anomalous, not found; false alarm: normal, but found; normal: neither. */
export type WindowKind = 'hit' | 'miss' | 'false alarm' | 'normal';

/** One window; the arrays have one entry per timestep, padding included. */
export interface ReportWindow {
  name: string;
  kind: WindowKind;
  /** Rows [firstRow, lastRow) of the series, padding left out. */
  firstRow: number;
  lastRow: number;
  /** Timesteps of padding in front. */
  padding: number;
  weakScore: number;
  threshold: number;
  /** [channels][timesteps] */
  channels: number[][];
  denseScore: number[];
  segmentLabel: number[];
  /** Absent where there are no point labels. */
  trueLabel?: number[];
}
