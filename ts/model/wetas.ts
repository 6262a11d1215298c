import { checkFinite, type Series } from '../data/series';
import { makeWindows, makeWindowsFromStart, type Windows } from '../data/windows';
import type { FloatArray } from '../native/NativeBinding';
import { type BackendName, useBackend } from '../tfjs';
import { evaluate } from '../training/evaluation';
import type { EpochRecord, EvaluationRecord } from '../training/records';
import { ensembleOf, trainMembers } from '../training/ensemble';
import type { StepRecord, TrainOptions } from '../training/trainOptions';
import { defaultWarmupEpochs } from '../training/learningRate';
import { train } from '../training/trainer';
import { expectedType, expectedValue } from '../util/expected';
import { completeConfig, type WetasConfig } from './config';
import { DiCNN } from './dicnn';
import { scoreWindows, type Scoring } from './inference';
import { readModel, writeModel } from './modelFolder';
import { realPoints, type Segment, segmentWindows } from './segmentation';
import { type StreamOptions, WetasStream } from './stream';

export interface FitOptions {
  /** Decides when to stop, which state to keep and the threshold of the weak scores. Without it the last state is the result. */
  validation?: Windows;
  /** Only measured, for onEpoch. */
  test?: Windows;
  /** Epochs at most. Default 60. */
  nEpochs?: number;
  /** Windows a step. Default 32. */
  batchSize?: number;
  /** Of Adam, at its highest. Default 5e-4. */
  learningRate?: number;
  /** After the warm-up: constant, or falling to 0 over nEpochs. Default 'constant'. */
  lrSchedule?: 'constant' | 'cosine';
  /** Epochs, or a fraction of one, over which the learning rate rises from 0. Default 0, with 'cosine' 2. */
  warmupEpochs?: number;
  /** Gradients of a larger global norm are scaled down to this. Default 0: never. */
  clipGradNorm?: number;
  /** Decay, in [0, 1), of a moving average of the weights: the average is then what is evaluated and kept. Default 0: no average. */
  ema?: number;
  /** Decides initial weights, order and dropout: the same seed gives the same model, bit for bit, on the same machine. Default 0. */
  seed?: number;
  /** Epochs without improvement that are tolerated. Default 50. */
  patience?: number;
  /** What an improvement is: a higher best F1 of the weak scores, or a lower validation loss. Default 'f1'. */
  stopping?: 'f1' | 'loss';
  /** Default 'native'. */
  backend?: BackendName;
  /** Folder for a checkpoint after every epoch. */
  checkpointDir?: string;
  /** Continue from the checkpoint in checkpointDir, with the same bits as if never stopped. */
  resume?: boolean;
  /** Ends the training after the current step; fit then rejects with the signal's reason. */
  signal?: AbortSignal;
  onStep?: (step: StepRecord) => void;
  onEpoch?: (record: EpochRecord) => void;
}

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
    const { backend = 'native', lrSchedule = 'constant', ...given } = options;
    const [, splitSize, channels] = windows.shape;
    const { members, ...single } = completeConfig({ splitSize, channels, ...config });
    await useBackend(backend);
    const trainOptions: TrainOptions = {
      nEpochs: 60,
      batchSize: 32,
      learningRate: 5e-4,
      lrSchedule,
      warmupEpochs: defaultWarmupEpochs(lrSchedule),
      clipGradNorm: 0,
      ema: 0,
      seed: 0,
      patience: 50,
      stopping: 'f1',
      ...given,
      stoppingSplit: 'valid',
      biasInit: 'zeros',
      train: windows,
      config: { ...single, formatVersion: 1 },
    };
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
    return new WetasStream(this.networks, this.config, options);
  }

  /**
   * Losses and figures on windows with weak labels; the dense figures where there are point labels too.
   * @param windows for continuous scoring with `names`, those of one name in the order of the series
   * @throws RangeError where the windows do not fit the config or have no weak labels; TypeError or RangeError where they cannot be scored so
   */
  async evaluate(windows: Windows, { scoring }: SegmentOptions = {}): Promise<EvaluationRecord> {
    return evaluate(this.networks, this.config, windows, { scoring });
  }

  /** Frees the parameters; the model is of no use afterwards. */
  dispose(): void {
    for (const network of this.networks) network.dispose();
  }
}

function checkedSeries({ data, channels }: { data: FloatArray; channels: number }, config: WetasConfig): Series {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw expectedType('a Float32Array or Float64Array', 'series.data', data);
  }
  if (channels !== config.channels)
    throw expectedValue(`${config.channels}, as in training,`, 'series.channels', channels);
  if (data.length === 0 || data.length % channels !== 0) {
    throw expectedValue(`rows of ${channels} values, at least one,`, 'series.data', data);
  }
  const values = Float64Array.from(data);
  const series = { name: 'series', length: data.length / channels, channels, data: values };
  checkFinite(series.name, values, channels);
  return series;
}
