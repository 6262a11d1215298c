import { dtwAlign, labelPosterior as rowPosterior } from '../dtw/dtwAlign';
import { activationMap, type WindowShape } from './activationMap';
import type { WetasConfig } from './config';
import { sequentialLabel } from './sequentialLabel';

/** Windows of dense logits and what is already decided about each. */
export interface SegmentationInput {
  /** [n, T] */
  denseLogit: Float32Array;
  /** [n], 0 or 1: the prediction for the window. Windows of 0 are normal at every timestep. */
  weakPrediction: ArrayLike<number>;
  shape: WindowShape;
  /** [n, T], 0 at padding, which costs nothing under any label; without it all points are real. */
  mask?: Float32Array;
  config: Pick<WetasConfig, 'granularity' | 'localThreshold' | 'gamma'>;
}

/** Rows [start, end) of a series that are predicted anomalous. */
export interface Segment {
  start: number;
  end: number;
  /** Mean over the segment of the label posterior, in [0, 1]. */
  confidence: number;
}

/** What GPUs do not have, also where WETAS_DEVICE is `cuda`. */
const inFloat64 = { device: 'cpu' } as const;

/**
 * The segmentation (Lee et al. 2021, section 3.5): the sequential label of each window is aligned with its dense scores by hard DTW, in which
 * from one timestep to the next the label stays or advances by one, and each timestep takes the label it is aligned to.
 * @returns labels 0 or 1, [n, T]; 0 at what the mask leaves out: any label costs the same there, so what it is aligned to says nothing
 */
export function denseLabels(input: SegmentationInput): Uint8Array {
  const labels = new Uint8Array(input.denseLogit.length);
  forEachAlignment(input, ({ cost, shape, label }, first) => {
    const [windows, rows, length] = shape;
    const { labelIndex } = dtwAlign({ cost, shape }, inFloat64);
    for (let i = 0; i < windows * length; i++) {
      const point = first * length + i;
      if (input.mask?.[point] !== 0) labels[point] = label[Math.floor(i / length) * rows + labelIndex[i]];
    }
  });
  return labels;
}

/**
 * How probable label 1 is at each timestep among all alignments of the sequential label, weighted by their cost at gamma: the columns
 * of the expected alignment E each sum to 1, and this is the part that lies on rows of label 1.
 * @returns [n, T] in [0, 1]; 0 in windows predicted normal
 */
export function labelPosterior(input: SegmentationInput): Float32Array {
  const posterior = new Float32Array(input.denseLogit.length);
  forEachAlignment(input, ({ cost, shape, label }, first) => {
    const [windows, rows, length] = shape;
    const expected = rowPosterior({ cost, shape }, { gamma: input.config.gamma, ...inFloat64 });
    for (let row = 0; row < windows * rows; row++) {
      if (label[row] === 0) continue;
      const start = (first + Math.floor(row / rows)) * length;
      for (let t = 0; t < length; t++) posterior[start + t] += expected[row * length + t];
    }
  });
  return posterior;
}

/** Windows of one series, in order and complete, with their weak scores. */
export interface ScoredWindows extends Pick<SegmentationInput, 'denseLogit' | 'shape' | 'mask'> {
  /** [n] */
  weakScore: ArrayLike<number>;
  /** Rows of the series in each window, [n]; they stand at its end. */
  lengths: ArrayLike<number>;
  config: SegmentationInput['config'] & Pick<WetasConfig, 'globalThreshold'>;
}

/**
 * The segments of a series, and the posterior of each row: windows whose weak score reaches the globalThreshold are aligned with their sequential labels.
 * @returns segments in rows of the series; labelPosterior [rows]
 */
export function segmentWindows({ weakScore, lengths, ...windows }: ScoredWindows): {
  segments: Segment[];
  labelPosterior: Float32Array;
} {
  const { shape, config } = windows;
  const weakPrediction = Uint8Array.from(weakScore, (score) => (score >= config.globalThreshold ? 1 : 0));
  const input = { ...windows, weakPrediction };
  const posterior = realPoints(labelPosterior(input), shape, lengths);
  return { segments: toSegments(realPoints(denseLabels(input), shape, lengths), posterior), labelPosterior: posterior };
}

/** Of values [n, T] those that stand for a row of the series, in order: padding stands in front. */
export function realPoints<A extends Float32Array | Uint8Array>(
  values: A,
  [, splitSize]: WindowShape,
  lengths: ArrayLike<number>,
): A {
  return values.filter((_, i) => i % splitSize >= splitSize - lengths[Math.floor(i / splitSize)]) as A;
}

/** The runs of label 1. */
export function toSegments(denseLabel: Uint8Array, posterior: Float32Array): Segment[] {
  const segments: Segment[] = [];
  for (let start = denseLabel.indexOf(1); start >= 0;) {
    const zero = denseLabel.indexOf(0, start);
    const end = zero < 0 ? denseLabel.length : zero;
    let sum = 0;
    for (let t = start; t < end; t++) sum += posterior[t];
    segments.push({ start, end, confidence: sum / (end - start) });
    start = denseLabel.indexOf(1, end);
  }
  return segments;
}

interface Alignment {
  /** [windows, rows, T] */
  cost: Float64Array;
  shape: readonly [windows: number, rows: number, length: number];
  /** [windows, rows] */
  label: Float32Array;
}

/** Costs are made for some windows at a time: those of a long recording would be `rows` times as large as its scores. */
const chunkSize = 64;

function forEachAlignment(input: SegmentationInput, visit: (alignment: Alignment, firstWindow: number) => void): void {
  const { denseLogit, weakPrediction, mask, config } = input;
  const [windows, length] = input.shape;
  const map = activationMap(denseLogit, input.shape, mask);
  const label = sequentialLabel(map, weakPrediction, input.shape, config);
  const rows = config.granularity + 2;
  for (let first = 0; first < windows; first += chunkSize) {
    const last = Math.min(first + chunkSize, windows);
    const points = [first * length, last * length] as const;
    const some = label.subarray(first * rows, last * rows);
    const shape = [last - first, rows, length] as const;
    const cost = alignmentCost(denseLogit.subarray(...points), some, shape, mask?.subarray(...points));
    visit({ cost, shape, label: some }, first);
  }
}

/** The costs of the alignment loss (labelCosts in losses.ts), in typed arrays. */
function alignmentCost(
  logit: Float32Array,
  label: Float32Array,
  shape: Alignment['shape'],
  mask?: Float32Array,
): Float64Array {
  const [windows, rows, length] = shape;
  const cost = new Float64Array(windows * rows * length);
  for (let i = 0; i < logit.length; i++) {
    if (mask?.[i] === 0) continue;
    const [cost0, cost1] = [crossEntropy(-logit[i]), crossEntropy(logit[i])];
    const window = Math.floor(i / length);
    for (let row = window * rows; row < (window + 1) * rows; row++) {
      cost[row * length + (i % length)] = label[row] === 1 ? cost1 : cost0;
    }
  }
  return cost;
}

function crossEntropy(logit: number): number {
  return -Math.log(1 / (1 + Math.exp(-logit)) + 1e-12);
}
