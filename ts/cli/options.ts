import { defaultWarmupEpochs } from '../training/learningRate';
import type { Earlier, Options, Settings } from './option';
import { anyText, commaSeparated, flagOnly, integer, number, oneOf } from './readers';

const RECIPE = 'Recipe';
const MODEL = 'Model';
const TRAINING = 'Training';
const DATA = 'Data';
const RUN = 'Run';

/** The network, its losses and its decoding: the fields of WetasConfig that one may choose. */
export const modelOptions = {
  hiddenSize: {
    group: MODEL,
    placeholder: 'N',
    help: 'width of the hidden layers [channels]',
    read: integer({ min: 1 }),
    default: 128,
    demo: 64,
  },
  outputSize: {
    group: MODEL,
    placeholder: 'N',
    help: 'width of the output of the network [channels]',
    read: integer({ min: 1 }),
    default: 128,
    demo: 64,
  },
  context: {
    group: MODEL,
    placeholder: 'MODE',
    help: 'what an output sees: causal = its past alone, centred = both sides',
    read: oneOf('causal', 'centred'),
    default: 'causal',
  },
  kernelSize: {
    group: MODEL,
    placeholder: 'N',
    help: 'size of the dilated convolutions, odd when centred [taps]',
    read: integer({ min: 2 }),
    default: ({ context }: Earlier) => (context === 'centred' ? 3 : 2),
    defaultText: '2, centred: 3',
  },
  dilationBase: {
    group: MODEL,
    placeholder: 'N',
    help: 'layer i has dilation N^i [timesteps]',
    read: integer({ min: 1 }),
    default: ({ context, kernelSize }: Earlier) => (context === 'centred' ? 2 : kernelSize!),
    defaultText: 'the kernel size, centred: 2',
  },
  nLayers: { group: MODEL, placeholder: 'N', help: 'residual blocks', read: integer({ min: 1 }), default: 7 },
  dropout: {
    group: MODEL,
    placeholder: 'RATE',
    help: "share of the gates' outputs dropped in training, [0, 1)",
    read: number({ min: 0, below: 1 }),
    default: 0,
  },
  poolingType: {
    group: MODEL,
    placeholder: 'TYPE',
    help: 'pooling over time for the weak score: avg or max',
    read: oneOf('avg', 'max'),
    default: 'avg',
  },
  localThreshold: {
    group: MODEL,
    placeholder: 'X',
    help: 'activation from which a timestep counts as anomalous, (0, 1]',
    read: number({ above: 0, max: 1 }),
    default: 0.3,
  },
  granularity: {
    group: MODEL,
    placeholder: 'N',
    help: 'equal pieces of a window in its sequential label',
    read: integer({ min: 1 }),
    default: 4,
  },
  beta: {
    group: MODEL,
    placeholder: 'X',
    help: 'margin of the alignment loss [cost per timestep]',
    read: number({ min: 0 }),
    default: 0.1,
  },
  gamma: {
    group: MODEL,
    placeholder: 'X',
    help: 'smoothing of soft-DTW [cost]',
    read: number({ above: 0 }),
    default: 0.1,
  },
  alignment: {
    group: MODEL,
    placeholder: 'MODE',
    help: "the negative label of the alignment loss: as in the paper, or as in the authors' code (reference)",
    read: oneOf('paper', 'reference'),
    default: 'paper',
    reference: 'reference',
  },
  padding: {
    group: MODEL,
    placeholder: 'MODE',
    help: 'zeros in front of a series: masked = not counted, reference = taken as data',
    read: oneOf('masked', 'reference'),
    default: 'masked',
    reference: 'reference',
  },
  splitSize: {
    group: MODEL,
    placeholder: 'N',
    help: 'length of a window [timesteps]',
    read: integer({ min: 2 }),
    default: 500,
    demo: 200,
  },
} satisfies Options;

const trainingOptions = {
  biasInit: {
    group: TRAINING,
    placeholder: 'KIND',
    help: 'initial biases: zeros or normal, N(0, 1)',
    read: oneOf('zeros', 'normal'),
    default: 'zeros',
    reference: 'normal',
  },
  batchSize: {
    group: TRAINING,
    placeholder: 'N',
    help: 'windows a step',
    read: integer({ min: 1 }),
    default: 32,
    demo: 16,
  },
  nEpochs: {
    group: TRAINING,
    placeholder: 'N',
    help: 'passes over the training windows [epochs]',
    read: integer({ min: 1 }),
    default: 60,
    reference: 200,
    demo: 30,
  },
  learningRate: {
    group: TRAINING,
    placeholder: 'X',
    help: 'step size of Adam, at its highest',
    read: number({ above: 0 }),
    default: 5e-4,
    reference: 1e-4,
    demo: 1e-3,
  },
  lrSchedule: {
    group: TRAINING,
    placeholder: 'SHAPE',
    help: 'learning rate after the warm-up: constant, or cosine = falling to 0 over --n-epochs',
    read: oneOf('constant', 'cosine'),
    default: 'constant',
  },
  warmupEpochs: {
    group: TRAINING,
    placeholder: 'X',
    help: 'rise of the learning rate from 0 at the start, fractions allowed [epochs]',
    read: number({ min: 0 }),
    default: ({ lrSchedule }: Earlier) => defaultWarmupEpochs(lrSchedule!),
    defaultText: '0, cosine: 2',
  },
  clipGradNorm: {
    group: TRAINING,
    placeholder: 'X',
    help: 'scale gradients of a larger global norm down to this; 0 = never',
    read: number({ min: 0 }),
    default: 0,
  },
  ema: {
    group: TRAINING,
    placeholder: 'DECAY',
    help: 'evaluate and save a moving average of the weights that keeps this share of itself a step, [0, 1); 0 = the weights themselves',
    read: number({ min: 0, below: 1 }),
    default: 0,
  },
  patience: {
    group: TRAINING,
    placeholder: 'N',
    help: 'stop after so many epochs without improvement [epochs]',
    read: integer({ min: 1 }),
    default: 50,
  },
  stopping: {
    group: TRAINING,
    placeholder: 'BY',
    help: 'what improvement means: weak best F1 (f1) or validation loss (loss)',
    read: oneOf('f1', 'loss'),
    default: 'f1',
  },
  stoppingSplit: {
    group: TRAINING,
    placeholder: 'SPLIT',
    help: 'where that F1 is taken: valid or trainAndValid',
    read: oneOf('valid', 'trainAndValid'),
    default: 'valid',
    reference: 'trainAndValid',
  },
  seed: {
    group: TRAINING,
    placeholder: 'N',
    help: 'seed of initialisation, shuffling and dropout',
    read: integer({ min: 0, max: 2 ** 31 - 1 }),
    default: 0,
  },
  seeds: {
    group: TRAINING,
    placeholder: 'N',
    help: 'train so many networks, one after the other, with the seeds --seed, --seed + 1, ...; each in a folder of its own',
    read: integer({ min: 2, max: 1000 }),
    default: undefined,
    defaultText: 'one network',
  },
  ensemble: {
    group: TRAINING,
    help: 'with --seeds: save them as one model, too, whose probabilities are the means of theirs',
    read: flagOnly,
    default: false,
  },
} satisfies Options;

/** How files are read. */
export const readingOptions = {
  labelColumn: {
    group: DATA,
    placeholder: 'NAME',
    help: 'CSV column of point labels, which are no channel',
    read: anyText,
    default: undefined,
    defaultText: 'label or anomaly, where there is one',
  },
  ignoreColumns: {
    group: DATA,
    placeholder: 'NAMES',
    help: 'CSV columns that are no channels, separated by commas; times never are',
    read: commaSeparated,
    default: undefined,
    defaultText: 'none',
  },
} satisfies Options;

/** Which data set. */
export const datasetOptions = {
  dataset: {
    group: DATA,
    placeholder: 'NAME',
    help: 'folder <data-dir>/NAME with train, valid and test in it; demo is built in',
    read: anyText,
    default: 'demo',
  },
  dataDir: { group: DATA, placeholder: 'DIR', help: 'folder of data sets', read: anyText, default: './data' },
  ...readingOptions,
} satisfies Options;

/** Where and how the numbers are computed. */
export const engineOptions = {
  backend: {
    group: RUN,
    placeholder: 'NAME',
    help: 'engine: native, tensorflow, wasm or cpu',
    read: oneOf('native', 'tensorflow', 'wasm', 'cpu'),
    default: 'native',
  },
  threads: {
    group: RUN,
    placeholder: 'N',
    help: 'threads of the native code',
    read: integer({ min: 1, max: 1024 }),
    default: undefined,
    defaultText: 'all cores',
  },
  gpuidx: {
    group: RUN,
    placeholder: 'N',
    help: 'GPU to use, where the build has CUDA',
    read: integer({ min: 0 }),
    default: undefined,
    defaultText: '0',
  },
} satisfies Options;

/**
 * The one table of what `wetas train` can be told: names, types, ranges, units and defaults of both presets
 * (default: the recipe that does best on EMG; reference: the settings of the authors).
 */
export const trainOptions = {
  preset: {
    group: RECIPE,
    placeholder: 'NAME',
    help: "which defaults: default, or reference = the settings of the method's authors",
    read: oneOf('default', 'reference'),
    default: 'default',
  },
  config: {
    group: RECIPE,
    placeholder: 'FILE',
    help: 'JSON file of settings by their names, such as {"nEpochs": 10}; flags come first',
    read: anyText,
    default: undefined,
    defaultText: 'none',
  },
  ...datasetOptions,
  scale: {
    group: DATA,
    placeholder: 'BY',
    help: 'z-score each channel over its own file (file), over the training split (train), or not (none)',
    read: oneOf('file', 'train', 'none'),
    default: 'file',
  },
  ...modelOptions,
  ...trainingOptions,
  ...engineOptions,
  out: {
    group: RUN,
    placeholder: 'DIR',
    help: 'folder of the run: must be new, empty, or be resumed',
    read: anyText,
    default: undefined,
    defaultText: 'runs/<dataset>-<time>',
  },
  resume: { group: RUN, help: 'go on with the run in --out from its last checkpoint', read: flagOnly, default: false },
  profile: {
    group: RUN,
    help: 'measure the stages of a training step, and print a table of them at the end',
    read: flagOnly,
    default: false,
  },
  logEvery: {
    group: RUN,
    placeholder: 'N',
    help: 'print the figures every so many epochs [epochs]',
    read: integer({ min: 1 }),
    default: 1,
  },
} satisfies Options;

const modelFolder = {
  model: {
    group: RUN,
    placeholder: 'DIR',
    help: 'folder of a saved model: config.json and model.safetensors',
    read: anyText,
    default: undefined,
    defaultText: 'required',
  },
} satisfies Options;

const scoring = {
  scoring: {
    group: RUN,
    placeholder: 'MODE',
    help: 'what a window is scored with: windows = itself alone, as in training, continuous = all rows before it, too (causal models)',
    read: oneOf('windows', 'continuous'),
    default: 'windows',
  },
} satisfies Options;

export const evaluateOptions = {
  ...modelFolder,
  ...scoring,
  ...datasetOptions,
  ...engineOptions,
  json: { group: RUN, help: 'print JSON in place of the table', read: flagOnly, default: false },
  out: {
    group: RUN,
    placeholder: 'FILE',
    help: 'write the figures to this file as JSON, too',
    read: anyText,
    default: undefined,
    defaultText: 'none',
  },
} satisfies Options;

export const segmentOptions = {
  ...modelFolder,
  ...scoring,
  input: {
    group: DATA,
    placeholder: 'PATH',
    help: 'a file, or a folder of files; labels are not needed',
    read: anyText,
    default: undefined,
    defaultText: 'required',
  },
  ...readingOptions,
  ...engineOptions,
  out: {
    group: RUN,
    placeholder: 'DIR',
    help: 'folder for the segments and scores of each file',
    read: anyText,
    default: undefined,
    defaultText: 'required',
  },
} satisfies Options;

export type TrainSettings = Settings<typeof trainOptions>;
export type EvaluateSettings = Settings<typeof evaluateOptions>;
export type SegmentSettings = Settings<typeof segmentOptions>;
