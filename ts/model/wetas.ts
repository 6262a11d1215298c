import { checkFinite, type Series } from '../data/series';
import { makeWindows, makeWindowsFromStart, type Windows } from '../data/windows';
import type { FloatArray } from '../native/NativeBinding';
import { type BackendName, useBackend } from '../tfjs';
import { evaluate } from '../training/evaluation';
import type { EvaluationRecord } from '../training/records';
import { ensembleOf, trainMembers } from '../training/ensemble';
import { completeFitOptions, type FitOptions } from '../training/fitOptions';
import type { TrainOptions } from '../training/trainOptions';
import { train } from '../training/trainer';
import { expectedType, expectedValue } from '../util/expected';
import { completeConfig, type WetasConfig } from './config';
import { DiCNN } from './dicnn';
import { scoreWindows, type Scoring } from './inference';
import { readModel, writeModel } from './modelFolder';
import { realPoints, type Segment, segmentWindows } from './segmentation';
import { type StreamOptions, WetasStream } from './stream';

export interface SegmentOptions {
  /** windows: window by window, as in training. continuous: with all rows before as context, in float32; causal models alone. Default 'windows'. */
  scoring?: Scoring;
}

export interface Segmentation {
  /** Rows [start, end) of the series that are anomalous, in order. */
  segments: Segment[];
  /** [windows]: probability of an anomaly in each window. The last window ends with the last row, and the first may hold fewer rows; continuous: the other way round. */
  weakScore: Float32Array;
  /** [rows]: probability that each row is anomalous, by itself. */
  denseScore: Float32Array;
  /** [rows]: probability that each row is anomalous, given the prediction for its window and the order of labels within it. */
  labelPosterior: Float32Array;
}

/** WETAS (Lee et al., ICCV 2021, arXiv 2108.06816): learns from one label per window to say which timesteps are anomalous. */
export class Wetas {
  private disposed = false;

  /** @param networks one, or the members of an ensemble */
  private constructor(
    private readonly networks: readonly DiCNN[],
    readonly config: Readonly<WetasConfig>,
  ) {}

  /**
   * Trains a model from weak labels; point labels are never read.
   * @param windows data [n, splitSize, channels] as it should be seen: nothing is scaled here
   * @param config what differs from the defaults; channels and splitSize are those of the windows; with `members`, as many networks are trained, with the
   *   seeds seed, seed + 1, ..., and the model is the mean of their probabilities
   * @throws TypeError or RangeError naming the wrong argument; Error where the loss is no longer finite
   */
  static async fit(windows: Windows, config: Partial<WetasConfig> = {}, options: FitOptions = {}): Promise<Wetas> {
    if (!Array.isArray(windows?.shape)) throw expectedType('windows', 'windows', windows);
    const { backend, ...training } = completeFitOptions(options);
    const [, splitSize, channels] = windows.shape;
    const { members, ...single } = completeConfig({ splitSize, channels, ...config });
    await useBackend(backend);
    const trainOptions: TrainOptions = { ...training, train: windows, config: { ...single, formatVersion: 1 } };
    const results = members === undefined ? [await train(trainOptions)] : await trainMembers(trainOptions, members);
    if (results.at(-1)!.interrupted) {
      for (const { model } of results) model.dispose();
      options.signal!.throwIfAborted();
    }
    if (members === undefined) return new Wetas([results[0].model], results[0].config);
    const ensemble = await ensembleOf(results, trainOptions);
    return new Wetas(ensemble.networks, ensemble.config);
  }

  /**
   * Reads a folder that `save` wrote, or one whose model.safetensors holds a PyTorch state dict of the reference implementation.
   * @throws Error, one sentence naming the file, where there is no model or a file is damaged
   */
  static async load(folder: string, { backend = 'native' }: { backend?: BackendName } = {}): Promise<Wetas> {
    const { config, members } = await readModel(folder);
    await useBackend(backend);
    return new Wetas(
      members.map((weights) => new DiCNN(config, weights)),
      config,
    );
  }

  /** Writes model.safetensors and config.json, each atomically; the folder is made when absent. */
  async save(folder: string): Promise<void> {
    this.checkNotDisposed('save');
    const weights = this.networks.map((network) => network.weights());
    await writeModel(folder, this.config, weights);
  }

  /**
   * Finds the anomalous segments of a raw series: scales it by the config's scaler, cuts it into windows, decides for each window by the globalThreshold
   * whether it is anomalous, and aligns those that are with their sequential label.
   * @param series row-major [rows, channels], any number of rows >= 1
   * @throws TypeError or RangeError where it is not such a series, or the model is not one for such scoring; DataError naming row and column where a value is not finite
   */
  async segment(
    series: { data: FloatArray; channels: number },
    { scoring = 'windows' }: SegmentOptions = {},
  ): Promise<Segmentation> {
    this.checkNotDisposed('segment');
    const { config } = this;
    const checked = checkedSeries(series, config);
    const windows =
      scoring === 'continuous'
        ? makeWindowsFromStart([checked], config.splitSize, config.scaler)
        : makeWindows([checked], config.splitSize, config);
    const scores = await scoreWindows(this.networks, windows, config, { scoring });
    const [count, splitSize] = windows.shape;
    const shape = [count, splitSize] as const;
    const found = segmentWindows({ ...scores, shape, lengths: windows.lengths, config });
    const denseScore = realPoints(scores.denseScore, shape, windows.lengths);
    return { ...found, weakScore: scores.weakScore, denseScore };
  }

  /**
   * Scores a series while it is being measured. Several streams of one model do not disturb each other, and live on when it is disposed.
   * @throws RangeError where the model cannot be streamed: a centred one, or one that scales by the whole file
   */
  stream(options: StreamOptions = {}): WetasStream {
    this.checkNotDisposed('stream');
    return new WetasStream(this.networks, this.config, options);
  }

  /**
   * Losses and figures on windows with weak labels; the dense figures where there are point labels too.
   * @param windows for continuous scoring with `names`, those of one name in the order of the series
   * @throws RangeError where the windows do not fit the config or have no weak labels; TypeError or RangeError where they cannot be scored so
   */
  async evaluate(windows: Windows, { scoring }: SegmentOptions = {}): Promise<EvaluationRecord> {
    this.checkNotDisposed('evaluate');
    return evaluate(this.networks, this.config, windows, { scoring });
  }

  /** Frees the parameters; the model is of no use afterwards. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const network of this.networks) network.dispose();
  }

  private checkNotDisposed(method: string): void {
    if (this.disposed) throw new Error(`expected a model for \`${method}\` but it was disposed: load it again`);
  }
}

function checkedSeries(series: { data: FloatArray; channels: number }, config: WetasConfig): Series {
  if (typeof series !== 'object' || series === null) {
    throw expectedType('an object of data and channels', 'series', series);
  }
  const { data, channels } = series;
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw expectedType('a Float32Array or Float64Array', 'series.data', data);
  }
  if (channels !== config.channels)
    throw expectedValue(`${config.channels}, as in training,`, 'series.channels', channels);
  if (data.length === 0 || data.length % channels !== 0) {
    throw expectedValue(`rows of ${channels} values, at least one,`, 'series.data', data);
  }
  const values = Float64Array.from(data);
  checkFinite('series', values, channels);
  return { name: 'series', length: data.length / channels, channels, data: values };
}
