import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { expectedValue } from '../util/expected';
import { completeConfig, parseConfig, type WetasConfig } from './config';
import type { Weight, Weights } from './parameters';
import { decode, encode } from './safetensors';
import { fromStateDict, isStateDict } from './stateDict';

const weightsFile = (folder: string) => path.join(folder, 'model.safetensors');
const configFile = (folder: string) => path.join(folder, 'config.json');

/** Of an ensemble's parameters: `members.0.entry.filter` and so on. */
const memberPrefix = (member: number) => `members.${member}.`;

/**
 * Writes model.safetensors (names and layouts: parameterShapes; those of an ensemble under memberPrefix) and config.json, each replaced as a whole: temporary
 * file, fsync, rename. The config comes last, so that a new folder with a config is complete.
 * @param members the weights of each network, as many as the config says
 */
export async function writeModel(folder: string, config: WetasConfig, members: readonly Weights[]): Promise<void> {
  const named = (weights: Weights, member: number): [string, Weight][] =>
    Array.from(weights, ([name, weight]) => [config.members ? memberPrefix(member) + name : name, weight]);
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(weightsFile(folder), encode(new Map(members.flatMap(named))));
  await writeFileAtomic(configFile(folder), `${JSON.stringify(config, null, 2)}\n`);
}

/**
 * Reads what writeModel wrote, or a folder whose model.safetensors is a PyTorch state dict of the reference. There config.json may be
 * absent: sizes are then those of the weights, and the rest is as the reference has it.
 * @throws Error, one sentence naming the file, where there is no model or a file is damaged
 */
export async function readModel(folder: string): Promise<{ config: WetasConfig; members: Weights[] }> {
  const readConfig = () => read(configFile(folder), (bytes) => parseConfig(JSON.parse(bytes.toString())));
  const tensors = await read(weightsFile(folder), (bytes) => decode(bytes).tensors);
  if (!isStateDict(tensors)) {
    const config = await readConfig();
    return { config, members: await read(weightsFile(folder), () => membersOf(tensors, config)) };
  }
  const { weights, sizes } = await read(weightsFile(folder), () => fromStateDict(tensors));
  const config = existsSync(configFile(folder))
    ? await readConfig()
    : completeConfig({ ...sizes, scaler: { kind: 'file' } }, 'reference');
  return { config, members: [weights] };
}

function membersOf(tensors: Weights, { members }: WetasConfig): Weights[] {
  if (members === undefined) return [tensors];
  const weights = Array.from({ length: members }, (): Weights => new Map());
  for (const [name, tensor] of tensors) {
    const member = weights.findIndex((_, i) => name.startsWith(memberPrefix(i)));
    if (member < 0) throw expectedValue(`parameters of ${members} members alone`, 'weights', name);
    weights[member].set(name.slice(memberPrefix(member).length), tensor);
  }
  return weights;
}

async function read<T>(file: string, parse: (bytes: Buffer) => T): Promise<T> {
  try {
    return parse(await readFile(file));
  } catch (cause) {
    throw new Error(`expected a saved model but ${file} is not readable: ${(cause as Error).message}`, { cause });
  }
}
