import path from 'node:path';
import type { WetasConfig } from '../model/config';
import type { DiCNN } from '../model/dicnn';
import { hasCheckpoint } from './checkpoint';
import { scoreSplit, sweepThreshold, together } from './evaluation';
import { train, type TrainResult } from './trainer';
import type { TrainOptions } from './trainOptions';

export interface Ensemble {
  /** The caller disposes them. */
  networks: DiCNN[];
  config: WetasConfig;
}

/**
 * Trains networks that differ in their seed alone (seed, seed + 1, ...), one after the other. Each has a folder `seed-<seed>` of its own within checkpointDir,
 * and `resume` starts those that have no checkpoint yet.
 * @param watch called before and after each of them
 * @returns in the order of the seeds; fewer than `members` where the signal ended the last
 */
export async function trainMembers(
  options: TrainOptions,
  members: number,
  watch: { onStart?: (seed: number) => void; onResult?: (seed: number, result: TrainResult) => Promise<void> } = {},
): Promise<TrainResult[]> {
  const results: TrainResult[] = [];
  try {
    for (let seed = options.seed; seed < options.seed + members && !results.at(-1)?.interrupted; seed++) {
      const checkpointDir = options.checkpointDir && path.join(options.checkpointDir, `seed-${seed}`);
      const resume = options.resume && checkpointDir !== undefined && hasCheckpoint(checkpointDir);
      watch.onStart?.(seed);
      const result = await train({ ...options, seed, checkpointDir, resume });
      results.push(result);
      await watch.onResult?.(seed, result);
    }
  } catch (error) {
    for (const { model } of results) model.dispose();
    throw error;
  }
  return results;
}

/** The chosen states of several networks as one model, with a weak threshold of its own: swept, as in training, over the scores of train and valid together. */
export async function ensembleOf(
  results: readonly TrainResult[],
  { train, validation, batchSize }: Pick<TrainOptions, 'train' | 'validation' | 'batchSize'>,
): Promise<Ensemble> {
  const networks = results.map(({ model }) => model);
  const config: WetasConfig = { ...results[0].config, formatVersion: 2, members: networks.length };
  const trainScores = await scoreSplit(networks, config, train, { batchSize });
  const validScores = validation && (await scoreSplit(networks, config, validation, { batchSize }));
  // train() has seen to it that there is an anomalous window.
  const threshold = sweepThreshold(validScores ? together(trainScores, validScores) : trainScores)!;
  return { networks, config: { ...config, globalThreshold: threshold } };
}
