import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { Windows } from '../../ts/data';
import { completeConfig, type WetasConfig } from '../../ts/model/config';
import type { TrainOptions } from '../../ts/training/trainOptions';

const splitSize = 40;
const channels = 2;

/** Noise with a burst in every third window; the first window is half padding. */
export function tinyWindows(count: number, seed: number): Windows {
  const random = xoroshiro128plus(seed);
  const data = Float32Array.from({ length: count * splitSize * channels }, () => uniformFloat64(random) - 0.5);
  const weakLabel = Uint8Array.from({ length: count }, (_, b) => (b % 3 === 0 ? 1 : 0));
  const denseLabel = new Uint8Array(count * splitSize);
  const lengths = new Int32Array(count).fill(splitSize);
  lengths[0] = splitSize / 2;
  data.fill(0, 0, (splitSize / 2) * channels);
  for (let b = 0; b < count; b += 3) {
    const start = b * splitSize + 22 + (b % 7);
    denseLabel.fill(1, start, start + 10);
    for (let i = start * channels; i < (start + 10) * channels; i++) data[i] = data[i] * 3 + (i % 2 ? 1 : -1);
  }
  return { data, shape: [count, splitSize, channels], weakLabel, denseLabel, lengths };
}

export function tinyConfig(config: Partial<WetasConfig> = {}): WetasConfig {
  return completeConfig({
    channels,
    splitSize,
    hiddenSize: 8,
    outputSize: 8,
    nLayers: 3,
    scaler: { kind: 'none' },
    ...config,
  });
}

/** 14 training windows in batches of 4: the last batch of an epoch has 2. */
export function tinyOptions(options: Partial<TrainOptions> = {}): TrainOptions {
  return {
    train: tinyWindows(14, 1),
    validation: tinyWindows(7, 2),
    test: tinyWindows(8, 3),
    config: tinyConfig({ dropout: 0.2 }),
    nEpochs: 4,
    batchSize: 4,
    learningRate: 0.005,
    lrSchedule: 'constant',
    warmupEpochs: 0,
    clipGradNorm: 0,
    ema: 0,
    biasInit: 'zeros',
    seed: 7,
    patience: 50,
    stopping: 'f1',
    stoppingWindow: 1,
    stoppingSplit: 'valid',
    ...options,
  };
}
