import type { Windows } from '../data/windows';
import { rejectUnknownKeys } from '../dtw/check';
import type { BackendName } from '../tfjs';
import { defaultWarmupEpochs } from './learningRate';
import type { EpochRecord } from './records';
import type { StepRecord, TrainOptions } from './trainOptions';

export interface FitOptions {
  /** Decides when to stop, which state to keep and the threshold of the weak scores. Without it the last state is the result. */
  validation?: Windows;
  /** Only measured, for onEpoch. */
  test?: Windows;
  /** Epochs at most, >= 1. Default 60. */
  nEpochs?: number;
  /** Windows a step, >= 1. Default 32. */
  batchSize?: number;
  /** Of Adam, at its highest, > 0. Default 5e-4. */
  learningRate?: number;
  /** After the warm-up: constant, or falling to 0 over nEpochs. Default 'cosine'. */
  lrSchedule?: 'constant' | 'cosine';
  /** Epochs, or a fraction of one, over which the learning rate rises from 0. Default 2, with 'constant' 0. */
  warmupEpochs?: number;
  /** Gradients of a larger global norm are scaled down to this; 0: never. Default 1. */
  clipGradNorm?: number;
  /** Decay, in [0, 1), of a moving average of the weights: the average is then what is evaluated and kept; 0: no average. Default 0.99. */
  ema?: number;
  /** An integer in [0, 2^32): decides initial weights, order and dropout. The same seed gives the same model, bit for bit, on the same machine. Default 0. */
  seed?: number;
  /** Epochs without improvement that are tolerated, >= 0. Default 50. */
  patience?: number;
  /** What an improvement is: a higher best F1 of the weak scores, or a lower validation loss. Default 'f1'. */
  stopping?: 'f1' | 'loss';
  /** Epochs, >= 1, whose mean is to improve; the state kept is that after the last of them. Default 5. */
  stoppingWindow?: number;
  /** Default 'native'. */
  backend?: BackendName;
  /** Folder for a checkpoint after every epoch. */
  checkpointDir?: string;
  /** Continue from the checkpoint in checkpointDir, with the same bits as if never stopped. With lrSchedule 'cosine' nEpochs must be the same. */
  resume?: boolean;
  /** Ends the training after the current step; fit then rejects with the signal's reason. */
  signal?: AbortSignal;
  onStep?: (step: StepRecord) => void;
  onEpoch?: (record: EpochRecord) => void;
}

const keys: Record<keyof FitOptions, true> = {
  validation: true,
  test: true,
  nEpochs: true,
  batchSize: true,
  learningRate: true,
  lrSchedule: true,
  warmupEpochs: true,
  clipGradNorm: true,
  ema: true,
  seed: true,
  patience: true,
  stopping: true,
  stoppingWindow: true,
  backend: true,
  checkpointDir: true,
  resume: true,
  signal: true,
  onStep: true,
  onEpoch: true,
};

/**
 * Fills in the defaults; what is beyond those of an option is checked where it is used.
 * @param given undefined counts as absent
 * @throws TypeError for a key that is no option
 */
export function completeFitOptions(
  given: FitOptions,
): Omit<TrainOptions, 'train' | 'config'> & { backend: BackendName } {
  rejectUnknownKeys(given, 'options', Object.keys(keys));
  const chosen: FitOptions = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const lrSchedule = chosen.lrSchedule ?? 'cosine';
  return {
    backend: 'native',
    nEpochs: 60,
    batchSize: 32,
    learningRate: 5e-4,
    lrSchedule,
    warmupEpochs: defaultWarmupEpochs(lrSchedule),
    clipGradNorm: 1,
    ema: 0.99,
    seed: 0,
    patience: 50,
    stopping: 'f1',
    stoppingWindow: 5,
    stoppingSplit: 'valid',
    biasInit: 'zeros',
    ...chosen,
  };
}
