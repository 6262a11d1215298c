import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { completeConfig } from '../../ts/model/config';
import type { Option, Options } from '../../ts/cli/option';
import { modelOptions } from '../../ts/cli/modelOptions';
import { evaluateOptions, segmentOptions, trainOptions } from '../../ts/cli/options';
import { anyText, commaSeparated } from '../../ts/cli/readers';
import { RunFolder } from '../../ts/cli/runFolder';
import { flagOf, readSettingsFile, resolveSettings, type Given } from '../../ts/cli/settings';
import { resolveTrainSettings } from '../../ts/cli/trainSettings';

const flags = (values: Record<string, string>): Given => ({ source: flagOf, values });

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'wetas-settings-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function settingsFile(name: string, content: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

/** A text that the option reads, other than its default where there is another. */
function someText({ read }: Option): string {
  const { choices = [] } = read as { choices?: string[] };
  const texts = [
    ...choices.toReversed(),
    ...(read === commaSeparated ? ['some,names'] : []),
    'true',
    '3',
    '0.5',
    'text',
  ];
  return texts.find((text) => {
    if (read === anyText) return text === 'text';
    try {
      read(text, '');
      return true;
    } catch {
      return false;
    }
  })!;
}

describe('the table of options', () => {
  test.each(['default', 'reference'] as const)('preset %s: the defaults are those of the model', (preset) => {
    const settings = resolveTrainSettings(flags({ preset, dataset: 'EMG' }));
    const config = completeConfig({ channels: 1 }, preset);
    for (const key of Object.keys(modelOptions) as (keyof typeof modelOptions)[]) {
      expect([key, settings[key]]).toEqual([key, config[key]]);
    }
  });

  test.each(['causal', 'centred'] as const)(
    '%s: kernel size and dilation base follow from the context as in the model',
    (context) => {
      for (const given of [{}, { kernelSize: 5 }]) {
        const values = Object.fromEntries(
          Object.entries({ context, ...given }).map(([key, value]) => [key, String(value)]),
        );
        const { kernelSize, dilationBase } = resolveTrainSettings(flags(values));
        expect(completeConfig({ channels: 1, context, ...given })).toMatchObject({ kernelSize, dilationBase });
      }
    },
  );

  test('a cosine comes with a warm-up, as in Wetas.fit', () => {
    expect(resolveTrainSettings(flags({ lrSchedule: 'constant' }))).toMatchObject({ warmupEpochs: 0 });
    expect(resolveTrainSettings(flags({ lrSchedule: 'cosine' }))).toMatchObject({ warmupEpochs: 2 });
    expect(resolveTrainSettings(flags({ lrSchedule: 'cosine', warmupEpochs: '0.5' })).warmupEpochs).toBe(0.5);
  });

  test('the presets are the two recipes', () => {
    const recipe = (preset: string) => {
      const settings = resolveTrainSettings(flags({ preset, dataset: 'EMG' }));
      const { alignment, padding, biasInit, learningRate, nEpochs, stoppingSplit, stoppingWindow, patience } = settings;
      const { lrSchedule, warmupEpochs, clipGradNorm, ema } = settings;
      const steadying = { stoppingWindow, lrSchedule, warmupEpochs, clipGradNorm, ema };
      return { alignment, padding, biasInit, learningRate, nEpochs, stoppingSplit, patience, ...steadying };
    };
    expect(recipe('default')).toEqual({
      alignment: 'paper',
      padding: 'masked',
      biasInit: 'zeros',
      learningRate: 5e-4,
      nEpochs: 60,
      stoppingSplit: 'valid',
      stoppingWindow: 5,
      patience: 50,
      lrSchedule: 'cosine',
      warmupEpochs: 2,
      clipGradNorm: 1,
      ema: 0.99,
    });
    expect(recipe('reference')).toEqual({
      alignment: 'reference',
      padding: 'reference',
      biasInit: 'normal',
      learningRate: 1e-4,
      nEpochs: 200,
      stoppingSplit: 'trainAndValid',
      stoppingWindow: 1,
      patience: 50,
      lrSchedule: 'constant',
      warmupEpochs: 0,
      clipGradNorm: 0,
      ema: 0,
    });
  });

  test('the built-in demo data has a smaller recipe of its own, which gives way to flags and to the reference', () => {
    const { hiddenSize, outputSize, splitSize, batchSize, learningRate } = resolveTrainSettings(
      flags({ outputSize: '32' }),
    );
    expect({ hiddenSize, outputSize, splitSize, batchSize, learningRate }).toEqual({
      hiddenSize: 64,
      outputSize: 32,
      splitSize: 200,
      batchSize: 16,
      learningRate: 1e-3,
    });
    expect(resolveTrainSettings(flags({ preset: 'reference' }))).toMatchObject({ splitSize: 500, nEpochs: 200 });
  });

  test.each<[string, Options]>([
    ['train', trainOptions],
    ['evaluate', evaluateOptions],
    ['segment', segmentOptions],
  ])('%s: each fixed default and reference value can be read back from its text', (_, options) => {
    for (const [key, option] of Object.entries(options)) {
      for (const value of [option.default, option.reference]) {
        if (value !== undefined && typeof value !== 'function')
          expect(option.read(String(value), flagOf(key))).toBe(value);
      }
    }
  });
});

describe('precedence', () => {
  test('flag, then --config file, then preset', () => {
    const config = settingsFile('run.json', { preset: 'reference', nEpochs: 7, seed: 3 });
    expect(resolveTrainSettings(flags({ config, seed: '5' }))).toMatchObject({
      seed: 5,
      nEpochs: 7,
      biasInit: 'normal',
      batchSize: 32,
    });
  });

  test('--resume takes the settings that the run was started with, after flags and file', () => {
    settingsFile('settings.json', { seed: 11, nEpochs: 12, hiddenSize: 13 });
    const config = settingsFile('more.json', { nEpochs: 22 });
    const settings = resolveTrainSettings(flags({ resume: 'true', out: folder, config, hiddenSize: '33' }));
    expect(settings).toMatchObject({ resume: true, out: folder, seed: 11, nEpochs: 22, hiddenSize: 33 });
  });
});

describe('a settings file', () => {
  test('written by a run gives back every option when that is resumed', async () => {
    const given: Record<string, string> = {};
    for (const [key, option] of Object.entries<Option>(trainOptions)) given[key] = someText(option);
    const out = path.join(folder, 'round-trip');
    const started = resolveSettings(trainOptions, [flags({ ...given, out, resume: 'false' })]);
    expect(started.ignoreColumns).toEqual(['some', 'names']);
    await RunFolder.open(started).writeSettings(started);
    const resumed = resolveTrainSettings(flags({ out, resume: 'true' }));
    // What names a file or this very start of the run is not kept.
    const { config: _config, ...kept } = { ...started, resume: true, profile: false, dataDir: path.resolve('text') };
    expect(resumed).toEqual({ ...kept, config: undefined });
  });

  test('names itself in an error about a value', () => {
    const file = settingsFile('bad-value.json', { nEpochs: 0 });
    expect(() => resolveSettings(trainOptions, [readSettingsFile(file, trainOptions)])).toThrow(
      `expected an integer >= 1 for \`nEpochs in ${file}\` but received "0"`,
    );
  });

  test.each([
    ['a misspelt name', { nEpoch: 1 }, 'but found "nEpoch": did you mean "nEpochs"?'],
    ['the name of the flag', { 'hidden-size': 1 }, 'but found "hidden-size": did you mean "hiddenSize"?'],
    ['an unknown name', { colour: 1 }, 'but found "colour": known are preset, config, dataset,'],
    ['a name that every object has', { constructor: 1 }, 'but found "constructor": known are'],
    ['a value that is no scalar', { seed: [1] }, 'expected a text, a number or a boolean for "seed"'],
    ['a list for an option of one value', { seed: ['1'] }, 'expected a text, a number or a boolean for "seed"'],
    ['a list of no names', { ignoreColumns: ['a', 1] }, 'expected a list of names for "ignoreColumns"'],
    ['a name that the flag could not give', { ignoreColumns: ['a,b'] }, 'expected names without commas'],
    ['no object', [1], 'expected an object of settings'],
  ])('%s is refused', (_, content, message) => {
    const file = settingsFile('bad.json', content);
    expect(() => readSettingsFile(file, trainOptions)).toThrow(message);
  });
});
