import { standardise } from '../data/scaler';
import type { FloatArray } from '../native/NativeBinding';
import { expectedType, expectedValue } from '../util/expected';
import type { WetasConfig } from './config';
import { ContinuousScorer } from './continuousScorer';
import type { DiCNN } from './dicnn';
import { type Segment, segmentWindows } from './segmentation';

/** A window that has closed: `splitSize` samples, the last one of a stream possibly fewer. */
export interface StreamWindow {
  /** Samples [start, end) of the stream. */
  start: number;
  end: number;
  /** Probability of an anomaly in the window. */
  weakScore: number;
  /** In samples of the stream. One that goes on in the next window ends at this one's border, and another begins there. */
  segments: Segment[];
}

export interface StreamOptions {
  /** Called whenever a window closes: within the push of its last sample, or within close. */
  onWindow?: (window: StreamWindow) => void;
}

/**
 * Scores a series while it is being measured, a sample at a time, in time and memory that do not grow with it. The scores are those of `segment` with scoring
 * 'continuous', bit for bit (in float32, also where the config's precision is bf16), and so are the windows: from the first sample on, `splitSize` samples each.
 */
export class WetasStream {
  private readonly scorer: ContinuousScorer;
  private readonly row: Float64Array;
  private readonly scaled: Float32Array;
  /** Of the window that is open: the first `rows` are there. */
  private readonly denseLogit: Float32Array;
  private rows = 0;
  /** Where that window starts. */
  private start = 0;
  private closed = false;

  /** @throws RangeError where the model cannot be streamed: a centred one, or one that scales by the whole file */
  constructor(
    networks: readonly DiCNN[],
    private readonly config: WetasConfig,
    private readonly options: StreamOptions,
  ) {
    if (config.context !== 'causal') {
      throw expectedValue("'causal', which needs no samples to come,", 'config.context', config.context);
    }
    if (config.scaler.kind === 'file') {
      throw expectedValue(
        "'train' (wetas train --scale train) or 'none', since a stream has no whole file to scale by,",
        'config.scaler.kind',
        config.scaler.kind,
      );
    }
    this.scorer = new ContinuousScorer(networks);
    this.row = new Float64Array(config.channels);
    this.scaled = new Float32Array(config.channels);
    this.denseLogit = new Float32Array(config.splitSize);
  }

  /**
   * @param sample a value for each channel, not scaled: the model's scaler is applied
   * @returns the probability that this sample is anomalous, by itself
   * @throws TypeError or RangeError where it is no such sample or the stream is closed; the stream is then as it was
   */
  push(sample: FloatArray): number {
    if (this.closed)
      throw new RangeError('expected an open stream for `push` but it is closed: stream() gives a new one');
    this.scale(sample);
    const { logit, score } = this.scorer.add(this.scaled);
    this.denseLogit[this.rows++] = logit[0];
    if (this.rows === this.config.splitSize) this.closeWindow();
    return score[0];
  }

  /** Ends the stream. @returns the segments of the window that was open, however short it is; none where no sample was in it */
  close(): Segment[] {
    const segments = this.rows > 0 ? this.closeWindow() : [];
    this.closed = true;
    return segments;
  }

  private scale(sample: FloatArray): void {
    const { config, row } = this;
    if (!(sample instanceof Float32Array || sample instanceof Float64Array)) {
      throw expectedType('a Float32Array or Float64Array', 'sample', sample);
    }
    if (sample.length !== config.channels) throw expectedValue(`${config.channels} values`, 'sample', sample);
    for (let i = 0; i < sample.length; i++) {
      if (!Number.isFinite(sample[i])) throw expectedValue('a finite number', `sample[${i}]`, sample[i]);
    }
    row.set(sample);
    const name = `sample ${this.start + this.rows}`;
    standardise({ name, length: 1, channels: config.channels, data: row }, config.scaler, this.scaled);
  }

  private closeWindow(): Segment[] {
    const { config, rows, start, denseLogit } = this;
    const { splitSize } = config;
    const [weakScore] = this.scorer.closeWindow().score;
    // A short window has its rows at the end, as in training.
    const padding = splitSize - rows;
    denseLogit.copyWithin(padding, 0, rows);
    const mask = Float32Array.from({ length: splitSize }, (_, t) => (t < padding ? 0 : 1));
    const { segments } = segmentWindows({
      denseLogit,
      weakScore: [weakScore],
      shape: [1, splitSize],
      lengths: [rows],
      mask,
      config,
    });
    for (const segment of segments) {
      segment.start += start;
      segment.end += start;
    }
    this.start += rows;
    this.rows = 0;
    this.options.onWindow?.({ start, end: start + rows, weakScore, segments });
    return segments;
  }
}
