import { existsSync } from 'node:fs';
import path from 'node:path';
import { trainOptions, type TrainSettings } from './options';
import { flagOf, readSettingsFile, resolveSettings, type Given } from './settings';
import { UsageError } from './UsageError';

/** In the folder of a run: the settings it was started with. Also good as a --config file. */
export const SETTINGS_FILE = 'settings.json';

/** Flags come first, then the --config file, then (with --resume) the settings the run was started with, then the preset. */
export function resolveTrainSettings(flags: Given): TrainSettings {
  const given = [flags];
  const { config, resume, out } = flags.values;
  if (config !== undefined) given.push(readSettingsFile(config, trainOptions));
  if (resume !== undefined) {
    if (out === undefined)
      throw new UsageError(`expected ${flagOf('out')} with ${flagOf('resume')}: the folder of the run to go on with`);
    const saved = path.join(out, SETTINGS_FILE);
    if (!existsSync(saved))
      throw new UsageError(`expected the folder of a run for \`${flagOf('out')}\` but ${out} has no ${SETTINGS_FILE}`);
    given.push(readSettingsFile(saved, trainOptions));
  }
  return resolveSettings(trainOptions, given);
}
