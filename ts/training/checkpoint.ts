import { existsSync } from 'node:fs';
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import type { Weights } from '../model/parameters';
import { decode, encode } from '../model/safetensors';
import { expectedValue } from '../util/expected';
import type { AdamState } from './adam';
import type { EarlyStoppingState } from './earlyStopping';
import type { RandomState } from './randomStreams';
import type { EpochRecord } from './records';

/** All that the next epoch depends on: a run that starts from here continues with the same bits. */
export interface TrainingState {
  /** Epochs done. */
  epoch: number;
  weights: Weights;
  /** Their moving average, where the run keeps one. */
  average?: Weights;
  adam: AdamState;
  random: { shuffle: RandomState; dropout: RandomState };
  /** The weak threshold in force. */
  threshold: number;
  stopping: EarlyStoppingState;
  /** What early stopping would restore; absent before the first improvement. */
  best?: ModelState;
  history: EpochRecord[];
}

/** A model as it stood after an epoch. */
export interface ModelState {
  epoch: number;
  /** The weak threshold in force after that epoch. */
  threshold: number;
  weights: Weights;
}

/** What makes a run this run, by the name of each setting: plain JSON. */
export type RunIdentity = Readonly<Record<string, unknown>>;

const FORMAT_VERSION = 2;

/** What settings were in runs whose checkpoint is older than the choice. */
const BEFORE_THE_CHOICE: RunIdentity = { precision: 'float32', stoppingWindow: 1 };

/**
 * Writes `checkpoint.safetensors` of a run: tensors `weights.<name>`, `average.<name>`, `adam.m.<name>`, `adam.v.<name>` and `best.<name>`, and the rest as
 * JSON under the metadata key `checkpoint`. The file is replaced as a whole (temporary file, fsync, rename): a killed process leaves the last one intact.
 */
export async function saveCheckpoint(folder: string, run: RunIdentity, state: TrainingState): Promise<void> {
  const { weights, average, adam, best, ...rest } = state;
  const tensors: Weights = new Map([
    ...withPrefix('weights.', weights),
    ...(average ? withPrefix('average.', average) : []),
    ...withPrefix('adam.m.', adam.m),
    ...withPrefix('adam.v.', adam.v),
    ...(best ? withPrefix('best.', best.weights) : []),
  ]);
  const checkpoint = JSON.stringify({
    formatVersion: FORMAT_VERSION,
    run,
    ...rest,
    adamStep: adam.step,
    best: best && { epoch: best.epoch, threshold: best.threshold },
  });
  await writeFileAtomic(checkpointFile(folder), encode(tensors, { checkpoint }));
}

/** @throws Error, one sentence, where there is no checkpoint or it is of another run */
export async function loadCheckpoint(folder: string, run: RunIdentity): Promise<TrainingState> {
  const { tensors, saved } = await readCheckpoint(checkpointFile(folder));
  if (saved.formatVersion !== FORMAT_VERSION) {
    throw expectedValue(String(FORMAT_VERSION), 'formatVersion of the checkpoint', saved.formatVersion);
  }
  checkSameRun(saved.run, JSON.parse(JSON.stringify(run)) as RunIdentity);
  const { formatVersion: _version, run: _run, adamStep, best, ...rest } = saved;
  const average = withoutPrefix('average.', tensors);
  return {
    ...rest,
    weights: withoutPrefix('weights.', tensors),
    average: average.size > 0 ? average : undefined,
    adam: { step: adamStep, m: withoutPrefix('adam.m.', tensors), v: withoutPrefix('adam.v.', tensors) },
    best: best && { ...best, weights: withoutPrefix('best.', tensors) },
  };
}

type SavedJson = Pick<TrainingState, 'epoch' | 'random' | 'threshold' | 'stopping' | 'history'> & {
  formatVersion: number;
  run: RunIdentity;
  adamStep: number;
  best?: { epoch: number; threshold: number };
};

export function hasCheckpoint(folder: string): boolean {
  return existsSync(checkpointFile(folder));
}

function checkpointFile(folder: string): string {
  return path.join(folder, 'checkpoint.safetensors');
}

async function readCheckpoint(file: string): Promise<{ tensors: Weights; saved: SavedJson }> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new Error(`expected a checkpoint to resume from in ${file} but could not read it: start without resume`, {
      cause,
    });
  });
  try {
    const { tensors, metadata } = decode(bytes);
    // JSON has no NaN: an undefined figure (AUC of one class) was written as null.
    const reviver = (_: string, value: unknown) => (value === null ? NaN : value);
    return { tensors, saved: JSON.parse(metadata.checkpoint ?? '{}', reviver) as SavedJson };
  } catch (cause) {
    throw new Error(`expected a checkpoint but ${file} is damaged: ${(cause as Error).message}`, { cause });
  }
}

function checkSameRun(saved: RunIdentity, run: RunIdentity): void {
  for (const name of new Set([...Object.keys(saved), ...Object.keys(run)])) {
    const before = name in saved ? saved[name] : BEFORE_THE_CHOICE[name];
    if (isDeepStrictEqual(before, run[name])) continue;
    throw expectedValue(`${JSON.stringify(before)}, as in the checkpoint to resume from,`, name, run[name]);
  }
}

function withPrefix(prefix: string, weights: Weights): Weights {
  return new Map([...weights].map(([name, weight]) => [prefix + name, weight]));
}

function withoutPrefix(prefix: string, tensors: Weights): Weights {
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, weight]) => [name.slice(prefix.length), weight]),
  );
}
