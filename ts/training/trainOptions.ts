import { createHash } from 'node:crypto';
import type { Windows } from '../data';
import { checkWindows } from '../model/checkWindows';
import type { WetasConfig } from '../model/config';
import { expectedType, expectedValue } from '../util/expected';
import type { RunIdentity } from './checkpoint';
import type { LearningRateSchedule } from './learningRate';
import type { EpochRecord } from './records';

export interface TrainOptions {
  /** Needs weak labels; point labels are never read. */
  train: Windows;
  /** Needs weak labels; point labels are never read. Without it the last state is the result and nothing stops early. */
  validation?: Windows;
  /** Needs weak labels; with point labels there are dense figures too. */
  test?: Windows;
  config: WetasConfig;
  /** Epochs at most. */
  nEpochs: number;
  /** Windows a step; the last step of an epoch takes what is left. */
  batchSize: number;
  /** Of Adam, at its highest. */
  learningRate: number;
  /** After the warm-up: constant, or falling to 0 over nEpochs, which then belong to the run as all the other options do. */
  lrSchedule: LearningRateSchedule['lrSchedule'];
  /** Epochs, or a fraction of one, over which the learning rate rises from 0. */
  warmupEpochs: number;
  /** Largest global norm of the gradients of a step; 0: any. */
  clipGradNorm: number;
  /** Decay, in [0, 1), of the moving average of the weights, which is then what is evaluated, kept as best and saved; 0: none. */
  ema: number;
  biasInit: 'zeros' | 'normal';
  /** An integer in [0, 2^32): decides initial weights, order and dropout. */
  seed: number;
  /** Epochs without improvement that are tolerated. */
  patience: number;
  /** What an improvement is: a higher weak best F1, or a lower validation loss. */
  stopping: 'f1' | 'loss';
  /** Epochs whose mean is to improve; the state kept is that after the last of them. */
  stoppingWindow: number;
  /** Over which windows that best F1 is taken. */
  stoppingSplit: 'valid' | 'trainAndValid';
  /** Folder, made when absent, of checkpoint.safetensors and metrics.jsonl, both written every epoch. */
  checkpointDir?: string;
  /** Continue from the checkpoint in checkpointDir; the other options must be those it was started with, nEpochs aside (but see lrSchedule). */
  resume?: boolean;
  /** Ends the run after the current step. What was done of that epoch is lost; the checkpoint of the last full epoch stands. */
  signal?: AbortSignal;
  /** Measure where the time goes. */
  profile?: boolean;
  /** Called once, when these options and the checkpoint to resume from have been accepted and before anything is written to checkpointDir. */
  onAccepted?: () => Promise<void>;
  onStep?: (step: StepRecord) => void;
  onEpoch?: (record: EpochRecord) => void;
}

export interface StepRecord {
  epoch: number;
  /** From 1 to steps. */
  step: number;
  steps: number;
  /** Of this batch. */
  loss: number;
}

/** @throws TypeError or RangeError, one sentence */
export function checkTrainOptions(options: TrainOptions): void {
  const { nEpochs, batchSize, learningRate, lrSchedule, warmupEpochs, clipGradNorm, ema } = options;
  const { biasInit, seed, patience, stopping, stoppingWindow, stoppingSplit } = options;
  const { validation, resume, checkpointDir } = options;
  checkInteger('nEpochs', nEpochs, 1, Infinity);
  checkInteger('batchSize', batchSize, 1, Infinity);
  checkInteger('seed', seed, 0, 2 ** 32 - 1);
  checkInteger('patience', patience, 0, Infinity);
  checkInteger('stoppingWindow', stoppingWindow, 1, Infinity);
  if (!(learningRate > 0 && learningRate < Infinity)) throw expectedValue('a number > 0', 'learningRate', learningRate);
  checkChoice('lrSchedule', lrSchedule, ['constant', 'cosine']);
  checkChoice('biasInit', biasInit, ['zeros', 'normal']);
  checkChoice('stopping', stopping, ['f1', 'loss']);
  checkChoice('stoppingSplit', stoppingSplit, ['valid', 'trainAndValid']);
  checkFinite('warmupEpochs', warmupEpochs);
  checkFinite('clipGradNorm', clipGradNorm);
  if (!(ema >= 0 && ema < 1)) throw expectedValue('a number in [0, 1)', 'ema', ema);
  if (resume && checkpointDir === undefined) throw expectedType('a folder to resume from', 'checkpointDir', undefined);
  for (const split of ['train', 'validation', 'test'] as const) {
    if (options[split]) checkWindows(split, options[split], options.config);
  }
  checkAnomalous('train', options.train);
  if (validation && stopping === 'f1') checkAnomalous('validation', validation);
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw expectedValue(`an integer ${most === Infinity ? `>= ${least}` : `in [${least}, ${most}]`}`, name, value);
}

function checkChoice<C extends string>(name: string, value: C, choices: readonly C[]): void {
  if (!choices.includes(value)) throw expectedValue(choices.map((one) => `'${one}'`).join(' or '), name, value);
}

function checkFinite(name: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) throw expectedValue('a number >= 0', name, value);
}

function checkAnomalous(name: string, { weakLabel }: Windows): void {
  if (!weakLabel!.includes(1)) throw expectedValue('at least one anomalous window', `${name}.weakLabel`, 'all zeros');
}

/** What a checkpoint must agree with: all that decides the numbers of a run. The number of epochs is not in it, unless the learning rate depends on it. */
export function runIdentity(options: TrainOptions): RunIdentity {
  const { config, batchSize, biasInit, seed, patience, stopping, stoppingWindow, stoppingSplit } = options;
  const { train, validation } = options;
  const { nEpochs, learningRate, lrSchedule, warmupEpochs, clipGradNorm, ema } = options;
  return {
    ...config,
    batchSize,
    biasInit,
    seed,
    patience,
    stopping,
    stoppingWindow,
    stoppingSplit,
    learningRate,
    lrSchedule,
    warmupEpochs,
    clipGradNorm,
    ema,
    ...(lrSchedule === 'cosine' && { nEpochs }),
    trainingData: fingerprint(train),
    validationData: validation ? fingerprint(validation) : 'none',
  };
}

function fingerprint({ data, weakLabel, lengths }: Windows): string {
  const hash = createHash('sha256').update(data).update(weakLabel!);
  if (lengths) hash.update(Int32Array.from(lengths));
  return hash.digest('hex').slice(0, 16);
}
