import { z } from 'zod';
import { expectedType, expectedValue } from '../util/expected';

// The description of a field completes the error sentence "expected ... for `field`", so it is the only place that states a range.
const integer = (least: number) => z.int().min(least).describe(`an integer >= ${least}`);
const finite = z.number().describe('a finite number');
const numbers = z.array(z.number());

const scalerSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('file') }),
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('train'), mean: numbers, standardDeviation: z.array(z.number().positive()) }),
  ])
  .describe("{ kind: 'file' }, { kind: 'none' } or { kind: 'train', mean, standardDeviation }");

/** Everything that a saved model needs besides its weights (the config.json beside model.safetensors). */
export const wetasConfigSchema = z.strictObject({
  /** Version of config.json and of the weight names and layouts: 1 for one network, 2 for an ensemble. */
  formatVersion: z.literal([1, 2]).describe('1 or 2 (a later version of wetas writes later formats)'),
  /** Networks of an ensemble, whose probabilities are the means of theirs; absent: one network. */
  members: integer(2).optional().describe('an integer >= 2'),
  /** Input channels C. */
  channels: integer(1),
  /** Channels of the residual blocks, H. */
  hiddenSize: integer(1),
  /** Channels of the output, O, from which one linear layer makes both scores. */
  outputSize: integer(1),
  /** Taps K of the dilated convolutions; odd in centred context. Default 2 (causal) or 3 (centred). */
  kernelSize: integer(2),
  /** Block i has dilation dilationBase^i. Default kernelSize (causal) or 2 (centred). */
  dilationBase: integer(1),
  /** Residual blocks. */
  nLayers: integer(1),
  /** causal: an output sees inputs at or before its time; centred: as many on both sides. */
  context: z.enum(['causal', 'centred']).describe("'causal' or 'centred'"),
  /** How the outputs of a window are pooled for its weak score. */
  poolingType: z.enum(['avg', 'max']).describe("'avg' or 'max'"),
  /**
   * How the factors of the convolutions are rounded, in training and wherever windows are scored by themselves: bf16 to bfloat16, while their sums, all else
   * and the weights stay float32. Absent in older files: float32. Continuous scoring and streams compute in float32 either way.
   */
  precision: z.enum(['float32', 'bf16']).default('float32').describe("'float32' or 'bf16'"),
  /** Share of gate outputs dropped in training. */
  dropout: z.number().min(0).lt(1).describe('a number in [0, 1)'),
  /** Timesteps T of a window. */
  splitSize: integer(1),
  /** Equal pieces of a window in its sequential label; granularity + 2 <= splitSize. */
  granularity: integer(1),
  /** Activation from which a timestep counts as anomalous in the sequential label. */
  localThreshold: z.number().gt(0).max(1).describe('a number in (0, 1]'),
  /** Weak score from which a window counts as anomalous; found in training. */
  globalThreshold: finite,
  /** Margin of the alignment loss. */
  beta: z.number().nonnegative().describe('a number >= 0'),
  /** Smoothing of soft-DTW. */
  gamma: z.number().positive().describe('a number > 0'),
  /** How the negative sequential label is made: as the paper writes it, or all zeros as the authors' code has it. */
  alignment: z.enum(['paper', 'reference']).describe("'paper' or 'reference'"),
  /** masked: the zeros in front of a short window count for nothing; reference: they count as data. */
  padding: z.enum(['masked', 'reference']).describe("'masked' or 'reference'"),
  /** What `segment` does to a raw series; must be what was done to the training windows. */
  scaler: scalerSchema,
  channelNames: z.array(z.string()).optional().describe('an array of strings'),
});

export type WetasConfig = z.infer<typeof wetasConfigSchema>;
export type Preset = 'default' | 'reference';

/**
 * The defaults of a preset, for any number of channels. They differ in alignment and padding alone; what else the presets
 * decide is how to train (initialisation, learning rate, epochs).
 */
export function defaultConfig(preset: Preset = 'default'): Omit<WetasConfig, 'channels'> {
  return {
    formatVersion: 1,
    hiddenSize: 128,
    outputSize: 128,
    kernelSize: 2,
    dilationBase: 2,
    nLayers: 7,
    context: 'causal',
    poolingType: 'avg',
    precision: 'float32',
    dropout: 0,
    splitSize: 500,
    granularity: 4,
    localThreshold: 0.3,
    globalThreshold: 0.5,
    beta: 0.1,
    gamma: 0.1,
    alignment: preset === 'reference' ? 'reference' : 'paper',
    padding: preset === 'reference' ? 'reference' : 'masked',
    scaler: { kind: 'none' },
  };
}

/**
 * Fills in the defaults (those of kernelSize and dilationBase depend on the context), and the format version, and checks the whole.
 * @param given what the caller decides; undefined counts as absent
 * @throws TypeError or RangeError, one sentence naming the first wrong field
 */
export function completeConfig(given: Partial<WetasConfig>, preset: Preset = 'default'): WetasConfig {
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const causal = (given.context ?? 'causal') !== 'centred';
  const kernelSize = given.kernelSize ?? (causal ? 2 : 3);
  const dilationBase = given.dilationBase ?? (causal ? kernelSize : 2);
  const formatVersion = given.members === undefined ? 1 : 2;
  return parseConfig({ ...defaultConfig(preset), formatVersion, ...chosen, kernelSize, dilationBase });
}

/**
 * Checks a complete config, of config.json for example.
 * @throws TypeError or RangeError, one sentence naming the first wrong field
 */
export function parseConfig(value: unknown): WetasConfig {
  const result = wetasConfigSchema.safeParse(value, { reportInput: true });
  if (!result.success) throw sentence(result.error.issues[0]);
  checkTogether(result.data);
  return result.data;
}

function sentence(issue: z.core.$ZodIssue): Error {
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    return expectedValue(`one of ${Object.keys(wetasConfigSchema.shape).join(', ')}`, 'config', issue.keys[0]);
  }
  if (issue.path.length === 0) return expectedType('an object', 'config', issue.input);
  const field = issue.path[0] as keyof WetasConfig;
  const wrongType = issue.code === 'invalid_type' && typeof issue.input !== 'number';
  const make = wrongType ? expectedType : expectedValue;
  return make(wetasConfigSchema.shape[field].description!, issue.path.join('.'), issue.input);
}

/** What no field can say alone. */
function checkTogether(config: WetasConfig): void {
  if ((config.formatVersion === 2) !== (config.members !== undefined)) {
    throw expectedValue('1 without and 2 with `members`', 'formatVersion', config.formatVersion);
  }
  const { context, kernelSize, dilationBase, nLayers, granularity, splitSize, channels, scaler, channelNames } = config;
  if (context === 'centred' && kernelSize % 2 === 0) {
    throw expectedValue('an odd number in centred context', 'kernelSize', kernelSize);
  }
  // The kernels count timesteps in 32 bits.
  if ((kernelSize - 1) * dilationBase ** (nLayers - 1) >= 2 ** 31) {
    throw expectedValue('(kernelSize - 1) * dilationBase^(nLayers - 1) < 2^31', 'nLayers', nLayers);
  }
  // Otherwise no path leads through all the labels of a sequential label.
  if (granularity + 2 > splitSize) {
    throw expectedValue(`an integer <= splitSize - 2 = ${splitSize - 2}`, 'granularity', granularity);
  }
  if (scaler.kind === 'train') {
    for (const field of ['mean', 'standardDeviation'] as const) {
      if (scaler[field].length === channels) continue;
      throw expectedValue(`${channels} numbers, one per channel,`, `scaler.${field}`, scaler[field]);
    }
  }
  if (channelNames && channelNames.length !== channels) {
    throw expectedValue(`${channels} names, one per channel,`, 'channelNames', channelNames);
  }
}
