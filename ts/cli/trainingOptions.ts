import { defaultWarmupEpochs } from '../training/learningRate';
import type { Earlier, Options } from './option';
import { flagOnly, integer, number, oneOf } from './readers';

const GROUP = 'Training';

/** How the network is trained. */
export const trainingOptions = {
  biasInit: {
    group: GROUP,
    placeholder: 'KIND',
    help: 'initial biases: zeros or normal, N(0, 1)',
    read: oneOf('zeros', 'normal'),
    default: 'zeros',
    reference: 'normal',
  },
  batchSize: {
    group: GROUP,
    placeholder: 'N',
    help: 'windows a step',
    read: integer({ min: 1 }),
    default: 32,
    demo: 16,
  },
  nEpochs: {
    group: GROUP,
    placeholder: 'N',
    help: 'passes over the training windows [epochs]',
    read: integer({ min: 1 }),
    default: 60,
    reference: 200,
    demo: 30,
  },
  learningRate: {
    group: GROUP,
    placeholder: 'X',
    help: 'step size of Adam, at its highest',
    read: number({ above: 0 }),
    default: 5e-4,
    reference: 1e-4,
    demo: 1e-3,
  },
  lrSchedule: {
    group: GROUP,
    placeholder: 'SHAPE',
    help: 'learning rate after the warm-up: constant, or cosine = falling to 0 over --n-epochs',
    read: oneOf('constant', 'cosine'),
    default: 'constant',
  },
  warmupEpochs: {
    group: GROUP,
    placeholder: 'X',
    help: 'rise of the learning rate from 0 at the start, fractions allowed [epochs]',
    read: number({ min: 0 }),
    default: ({ lrSchedule }: Earlier) => defaultWarmupEpochs(lrSchedule!),
    defaultText: '0, cosine: 2',
  },
  clipGradNorm: {
    group: GROUP,
    placeholder: 'X',
    help: 'scale gradients of a larger global norm down to this; 0 = never',
    read: number({ min: 0 }),
    default: 0,
  },
  ema: {
    group: GROUP,
    placeholder: 'DECAY',
    help: 'evaluate and save a moving average of the weights that keeps this share of itself a step, [0, 1); 0 = the weights themselves',
    read: number({ min: 0, below: 1 }),
    default: 0,
  },
  patience: {
    group: GROUP,
    placeholder: 'N',
    help: 'stop after so many epochs without improvement [epochs]',
    read: integer({ min: 1 }),
    default: 50,
  },
  stopping: {
    group: GROUP,
    placeholder: 'BY',
    help: 'what improvement means: weak best F1 (f1) or validation loss (loss)',
    read: oneOf('f1', 'loss'),
    default: 'f1',
  },
  stoppingSplit: {
    group: GROUP,
    placeholder: 'SPLIT',
    help: 'where that F1 is taken: valid or trainAndValid',
    read: oneOf('valid', 'trainAndValid'),
    default: 'valid',
    reference: 'trainAndValid',
  },
  seed: {
    group: GROUP,
    placeholder: 'N',
    help: 'seed of initialisation, shuffling and dropout',
    read: integer({ min: 0, max: 2 ** 31 - 1 }),
    default: 0,
  },
  seeds: {
    group: GROUP,
    placeholder: 'N',
    help: 'train so many networks, one after the other, with the seeds --seed, --seed + 1, ...; each in a folder of its own',
    read: integer({ min: 2, max: 1000 }),
    default: undefined,
    defaultText: 'one network',
  },
  ensemble: {
    group: GROUP,
    help: 'with --seeds: save them as one model, too, whose probabilities are the means of theirs',
    read: flagOnly,
    default: false,
  },
} satisfies Options;
