import { modelOptions } from './modelOptions';
import type { Options, Settings } from './option';
import { anyText, commaSeparated, flagOnly, integer, oneOf } from './readers';
import { trainingOptions } from './trainingOptions';

const RECIPE = 'Recipe';
const DATA = 'Data';
const RUN = 'Run';

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
  dtwDevice: {
    group: RUN,
    placeholder: 'NAME',
    help: 'where the alignment loss runs soft-DTW: cuda = on the GPU or not at all, auto = there if large enough, cpu; segments are aligned by the CPU, in float64',
    read: oneOf('auto', 'cpu', 'cuda'),
    default: undefined,
    defaultText: 'WETAS_DEVICE, or auto',
  },
  gpuidx: {
    group: RUN,
    placeholder: 'N',
    help: 'which GPU, counted among those that CUDA_VISIBLE_DEVICES leaves',
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
    help: 'what a window is scored with: windows = itself alone, as in training, continuous = all rows before it, too (causal models, in float32)',
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
