import { readFileSync } from 'node:fs';
import path from 'node:path';
import { completeConfig, type WetasConfig } from '../../ts/model/config';
import { fromStateDict } from '../../ts/model/stateDict';
import type { Weights } from '../../ts/model/parameters';

// Golden values of small networks, computed once with the reference implementation; the README beside them explains the fields.
const file = path.join(__dirname, '..', '..', '..', 'shared', 'fixtures', 'wetas_cases.json');

interface Losses {
  bce: number;
  alignment: number[];
  loss: number;
  /** By PyTorch's name, flat. */
  gradients: Record<string, number[]>;
}

interface PlainTensor {
  shape: number[];
  data: number[];
}

export interface GoldenCase {
  config: {
    batch: number;
    length: number;
    inputSize: number;
    hiddenSize: number;
    outputSize: number;
    kernelSize: number;
    layers: number;
    granularity: number;
    pooling: 'avg' | 'max';
    gamma: number;
    beta: number;
    localThreshold: number;
    splitSize: number;
  };
  params: Record<string, PlainTensor>;
  input: number[];
  instanceLabel: number[];
  output: number[];
  instanceScore: number[];
  pointScore: number[];
  activationMap: number[];
  sequentialLabelPositive: number[];
  sequentialLabelNegativePaper: number[];
  sequentialLabelAllPositive: number[];
  authors: Losses;
  paper: Losses & { posDistance: number[]; negDistance: number[] };
  segmentationGivenLabel: number[];
  segmentationAllPositive: number[];
}

/** The cases, or undefined where the golden values are not on this machine. */
export function goldenCases(): GoldenCase[] | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { cases: GoldenCase[] }).cases;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The parameters, by our names and in our layout. */
export function weightsOf({ params }: GoldenCase): Weights {
  const flat = Object.fromEntries(Object.entries(params).map(([name, { data }]) => [name, data]));
  return inOurLayout(params, flat);
}

/** Gradients by PyTorch's names, in the shapes of `params`, as gradients of our parameters. */
export function inOurLayout(params: GoldenCase['params'], values: Record<string, number[]>): Weights {
  const tensor = (name: string) => ({ shape: params[name].shape, data: Float32Array.from(values[name]) });
  return fromStateDict(new Map(Object.keys(params).map((name) => [name, tensor(name)]))).weights;
}

export function configOf({ config }: GoldenCase, alignment: WetasConfig['alignment']): WetasConfig {
  const { inputSize: channels, layers: nLayers, pooling: poolingType, ...rest } = config;
  const { hiddenSize, outputSize, kernelSize, granularity, gamma, beta, localThreshold, splitSize } = rest;
  const same = { hiddenSize, outputSize, kernelSize, granularity, gamma, beta, localThreshold, splitSize };
  return completeConfig({ ...same, channels, nLayers, poolingType, alignment, padding: 'reference' });
}
