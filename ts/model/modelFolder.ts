import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { completeConfig, parseConfig, type WetasConfig } from './config';
import type { Weights } from './parameters';
import { decode, encode } from './safetensors';
import { fromStateDict, isStateDict } from './stateDict';

const weightsFile = (folder: string) => path.join(folder, 'model.safetensors');
const configFile = (folder: string) => path.join(folder, 'config.json');

/**
 * Writes model.safetensors (names and layouts: parameterShapes) and config.json, each replaced as a whole: temporary file, fsync, rename.
 * The config comes last, so that a new folder with a config is complete.
 */
export async function writeModel(folder: string, config: WetasConfig, weights: Weights): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(weightsFile(folder), encode(weights));
  await writeFileAtomic(configFile(folder), `${JSON.stringify(config, null, 2)}\n`);
}

/**
 * Reads what writeModel wrote, or a folder whose model.safetensors is a PyTorch state dict of the reference. There config.json may be
 * absent: sizes are then those of the weights, and the rest is as the reference has it.
 * @throws Error, one sentence naming the file, where there is no model or a file is damaged
 */
export async function readModel(folder: string): Promise<{ config: WetasConfig; weights: Weights }> {
  const readConfig = () => read(configFile(folder), (bytes) => parseConfig(JSON.parse(bytes.toString())));
  const tensors = await read(weightsFile(folder), (bytes) => decode(bytes).tensors);
  if (!isStateDict(tensors)) return { config: await readConfig(), weights: tensors };
  const { weights, sizes } = await read(weightsFile(folder), () => fromStateDict(tensors));
  const config = existsSync(configFile(folder))
    ? await readConfig()
    : completeConfig({ ...sizes, scaler: { kind: 'file' } }, 'reference');
  return { config, weights };
}

async function read<T>(file: string, parse: (bytes: Buffer) => T): Promise<T> {
  try {
    return parse(await readFile(file));
  } catch (cause) {
    throw new Error(`expected a saved model but ${file} is not readable: ${(cause as Error).message}`, { cause });
  }
}
