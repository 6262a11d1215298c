import type { Earlier, Options } from './option';
import { integer, number, oneOf } from './readers';

const GROUP = 'Model';

/** The network, its losses and its decoding: the fields of WetasConfig that one may choose. */
export const modelOptions = {
  hiddenSize: {
    group: GROUP,
    placeholder: 'N',
    help: 'width of the hidden layers [channels]',
    read: integer({ min: 1 }),
    default: 128,
    demo: 64,
  },
  outputSize: {
    group: GROUP,
    placeholder: 'N',
    help: 'width of the output of the network [channels]',
    read: integer({ min: 1 }),
    default: 128,
    demo: 64,
  },
  context: {
    group: GROUP,
    placeholder: 'MODE',
    help: 'what an output sees: causal = its past alone, centred = both sides',
    read: oneOf('causal', 'centred'),
    default: 'causal',
  },
  kernelSize: {
    group: GROUP,
    placeholder: 'N',
    help: 'size of the dilated convolutions, odd when centred [taps]',
    read: integer({ min: 2 }),
    default: ({ context }: Earlier) => (context === 'centred' ? 3 : 2),
    defaultText: '2, centred: 3',
  },
  dilationBase: {
    group: GROUP,
    placeholder: 'N',
    help: 'layer i has dilation N^i [timesteps]',
    read: integer({ min: 1 }),
    default: ({ context, kernelSize }: Earlier) => (context === 'centred' ? 2 : kernelSize!),
    defaultText: 'the kernel size, centred: 2',
  },
  nLayers: { group: GROUP, placeholder: 'N', help: 'residual blocks', read: integer({ min: 1 }), default: 7 },
  dropout: {
    group: GROUP,
    placeholder: 'RATE',
    help: "share of the gates' outputs dropped in training, [0, 1)",
    read: number({ min: 0, below: 1 }),
    default: 0,
  },
  poolingType: {
    group: GROUP,
    placeholder: 'TYPE',
    help: 'pooling over time for the weak score: avg or max',
    read: oneOf('avg', 'max'),
    default: 'avg',
  },
  localThreshold: {
    group: GROUP,
    placeholder: 'X',
    help: 'activation from which a timestep counts as anomalous, (0, 1]',
    read: number({ above: 0, max: 1 }),
    default: 0.3,
  },
  granularity: {
    group: GROUP,
    placeholder: 'N',
    help: 'equal pieces of a window in its sequential label',
    read: integer({ min: 1 }),
    default: 4,
  },
  beta: {
    group: GROUP,
    placeholder: 'X',
    help: 'margin of the alignment loss [cost per timestep]',
    read: number({ min: 0 }),
    default: 0.1,
  },
  gamma: {
    group: GROUP,
    placeholder: 'X',
    help: 'smoothing of soft-DTW [cost]',
    read: number({ above: 0 }),
    default: 0.1,
  },
  alignment: {
    group: GROUP,
    placeholder: 'MODE',
    help: "the negative label of the alignment loss: as in the paper, or as in the authors' code (reference)",
    read: oneOf('paper', 'reference'),
    default: 'paper',
    reference: 'reference',
  },
  padding: {
    group: GROUP,
    placeholder: 'MODE',
    help: 'zeros in front of a series: masked = not counted, reference = taken as data',
    read: oneOf('masked', 'reference'),
    default: 'masked',
    reference: 'reference',
  },
  splitSize: {
    group: GROUP,
    placeholder: 'N',
    help: 'length of a window [timesteps]',
    read: integer({ min: 2 }),
    default: 500,
    demo: 200,
  },
} satisfies Options;
