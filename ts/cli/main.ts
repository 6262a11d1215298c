#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError, Option as Flag } from 'commander';
import type { Option, Options } from './option';
import { evaluateOptions, segmentOptions, trainOptions } from './options';
import { flagOf, resolveSettings, type Given } from './settings';
import { resolveTrainSettings } from './trainSettings';
import { UsageError } from './UsageError';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

type Flags = Record<string, string | true>;

/*
 * The commands are loaded when one is run, by import() of a file name with its extension (Node resolves that one itself):
 * tfjs takes longer to load than --help may take.
 */
function createProgram(): Command {
  const packageFile = path.join(__dirname, '..', '..', 'package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  const program = new Command('wetas')
    .description('Weakly supervised temporal anomaly segmentation with dynamic time warping (Lee et al., ICCV 2021).')
    .version(version)
    .exitOverride()
    .addHelpText('afterAll', epilogue)
    .configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 120, 120) });

  const trainCommand = program
    .command('train')
    .description('train a model from weak labels (one a window) and save it with a report');
  addOptions(trainCommand, trainOptions).action(async (flags: Flags) => {
    const { train } = await import('./train.js');
    await train(resolveTrainSettings(fromFlags(flags)));
  });

  const evaluateCommand = program.command('evaluate').description('print the figures of a saved model on a data set');
  addOptions(evaluateCommand, evaluateOptions).action(async (flags: Flags) => {
    const { evaluate } = await import('./evaluate.js');
    await evaluate(resolveSettings(evaluateOptions, [fromFlags(flags)]));
  });

  const segmentCommand = program.command('segment').description('find the anomalous segments of series without labels');
  addOptions(segmentCommand, segmentOptions).action(async (flags: Flags) => {
    const { segment } = await import('./segment.js');
    await segment(resolveSettings(segmentOptions, [fromFlags(flags)]));
  });
  return program;
}

/** After the options of each command, too. */
const epilogue = `
Exit codes: 0 = done, or stopped by Ctrl-C with the state saved; 1 = the run failed; 2 = the command line was wrong.
Data layouts and the files that are written: ${path.join(__dirname, '..', '..', 'docs', 'data.md')}`;

function addOptions(command: Command, options: Options): Command {
  for (const [key, option] of Object.entries(options)) {
    const value = option.placeholder === undefined ? '' : ` <${option.placeholder}>`;
    command.addOption(
      new Flag(`${flagOf(key)}${value}`, `${option.help}${defaultText(option)}`).helpGroup(`${option.group}:`),
    );
  }
  return command;
}

function defaultText({ placeholder, default: value, defaultText: words, reference, demo }: Option): string {
  if (placeholder === undefined) return '';
  const underReference = reference === undefined ? '' : `, reference: ${reference}`;
  const forDemo = demo === undefined ? '' : `, demo: ${demo}`;
  return ` (default: ${words ?? String(value)}${underReference}${forDemo})`;
}

function fromFlags(flags: Flags): Given {
  return {
    source: flagOf,
    values: Object.fromEntries(Object.entries(flags).map(([key, value]) => [key, String(value)])),
  };
}

/** Lines that nobody reads any more (`wetas train | head`) are dropped: what counts is the files, and the work goes on. */
function outliveReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** @returns the exit code, see epilogue */
async function main(): Promise<number> {
  try {
    await createProgram().parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    process.stderr.write(`error: ${(error as Error).message}\n`);
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILURE;
  }
}

outliveReader();
void main().then((code) => {
  process.exitCode = code;
});
