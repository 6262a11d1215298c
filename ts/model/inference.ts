import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import type { Windows } from '../data/windows';
import { expectedValue } from '../util/expected';
import type { WetasConfig } from './config';
import { scoreContinuously } from './continuousScoring';
import type { DiCNN } from './dicnn';
import { meanScores } from './ensemble';
import { validMask } from './validMask';
import type { WindowScores } from './windowScores';

/**
 * windows: window by window, as in training. continuous: with all that came before in the series as context; causal models alone. Padding is then never seen,
 * and the arithmetic is float32, whatever the config says of them.
 */
export type Scoring = 'windows' | 'continuous';

export interface ScoringOptions {
  /** Default 'windows'. */
  scoring?: Scoring;
  /** Windows in one forward pass. Default 32. */
  batchSize?: number;
  /** Checked before each of them. */
  signal?: AbortSignal;
}

/**
 * Scores windows, forward only, a batch at a time; between the batches other tasks get their turn.
 * @param networks one, or the members of an ensemble
 * @returns the scores, and the mask that they are to be read with: [n, T], 0 at padding that counts for nothing (see validMask)
 * @throws the reason of the signal once it is aborted; TypeError or RangeError where they cannot be scored so
 */
export async function scoreWindows(
  networks: readonly DiCNN[],
  windows: Windows,
  { padding }: Pick<WetasConfig, 'padding'>,
  { scoring = 'windows', ...options }: ScoringOptions = {},
): Promise<WindowScores & { mask?: Float32Array }> {
  if (scoring === 'continuous') {
    const mask = validMask(windows, 'masked');
    return { ...(await scoreContinuously(networks, windows, options.signal)), mask };
  }
  if (scoring !== 'windows') throw expectedValue("'windows' or 'continuous'", 'scoring', scoring);
  const mask = validMask(windows, padding);
  const members: WindowScores[] = [];
  for (const network of networks) members.push(await scoreByOne(network, windows, mask, options));
  return { ...meanScores(members), mask };
}

async function scoreByOne(
  network: DiCNN,
  { data, shape }: Pick<Windows, 'data' | 'shape'>,
  mask: Float32Array | undefined,
  { batchSize = 32, signal }: Omit<ScoringOptions, 'scoring'>,
): Promise<WindowScores> {
  const [count, length, channels] = shape;
  const weakLogit = new Float32Array(count);
  const weakScore = new Float32Array(count);
  const denseLogit = new Float32Array(count * length);
  const denseScore = new Float32Array(count * length);
  for (let first = 0; first < count; first += batchSize) {
    signal?.throwIfAborted();
    const size = Math.min(batchSize, count - first);
    // A copy, because tfjs keeps the array that it is given.
    const some = (values: Float32Array, step: number) => values.slice(first * step, (first + size) * step);
    tf.tidy(() => {
      const x = tf.tensor3d(some(data, length * channels), [size, length, channels]);
      const result = network.forward(x, mask && tf.tensor2d(some(mask, length), [size, length]));
      weakLogit.set(result.weakLogit.dataSync(), first);
      weakScore.set(tf.sigmoid(result.weakLogit).dataSync(), first);
      denseLogit.set(result.denseLogit.dataSync(), first * length);
      denseScore.set(tf.sigmoid(result.denseLogit).dataSync(), first * length);
    });
    await setImmediate();
  }
  return { weakLogit, weakScore, denseLogit, denseScore };
}
