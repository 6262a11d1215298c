import { loadDataset, type Dataset } from '../data';
import { completeConfig, type WetasConfig } from '../model/config';
import { hasCheckpoint } from '../training/checkpoint';
import { formatEpoch } from '../training/protocol';
import { train as trainModel } from '../training/trainer';
import type { TrainOptions } from '../training/trainOptions';
import { startEngine } from './engine';
import { finalLines, finishRun } from './finishRun';
import { abortOnInterrupt } from './interruption';
import { modelOptions } from './modelOptions';
import type { TrainSettings } from './options';
import { makeProgress } from './progress';
import { RunFolder } from './runFolder';
import { trainSeeds } from './trainSeeds';
import { UsageError } from './UsageError';

/** `wetas train`: a data set in, a folder with the best and the last model, the figures and a report out; with --seeds, such a folder for each. */
export async function train(settings: TrainSettings): Promise<void> {
  checkTogether(settings);
  const run = RunFolder.open(settings);
  const started = new Date();
  const dataset = await loadDataset(settings);
  const engine = await startEngine(settings);
  const config = completeConfig({
    ...chosenConfig(settings),
    channels: dataset.channels,
    channelNames: dataset.channelNames,
    scaler: dataset.scaler,
  });

  const progress = makeProgress(settings.nEpochs);
  progress.line(`${describe(settings.dataset, dataset)}; ${engine}; run ${run.folder}`);
  const signal = abortOnInterrupt(() => progress.line('Stopping after this step (Ctrl-C again to end at once) ...'));
  const { train, valid: validation, test } = dataset;
  const options: TrainOptions = {
    ...settings,
    train,
    validation,
    test: test?.weakLabel && test,
    config,
    checkpointDir: run.folder,
    signal,
    // Not before: settings that are refused must not stand in the folder, and without settings a checkpoint could not be resumed.
    onAccepted: () => run.writeSettings(settings),
    onStep: (step) => progress.step(step),
    onEpoch: (record) => {
      const { epoch, nEpochs } = record;
      if (epoch % settings.logEvery === 0 || epoch === nEpochs)
        formatEpoch(record).forEach((line) => progress.line(line));
    },
  };
  try {
    if (settings.seeds !== undefined) {
      await trainSeeds(settings.seeds, { run, settings, started, dataset, progress }, options);
      return;
    }
    // A run that was killed before its first checkpoint starts again.
    const result = await trainModel({ ...options, resume: settings.resume && hasCheckpoint(run.folder) });
    progress.stop();
    await finishRun({ run, settings, started, dataset }, result);
    result.model.dispose();
    for (const line of finalLines(run, settings, result)) progress.line(line);
  } finally {
    progress.stop();
  }
}

/** What no option can say alone. */
function checkTogether(settings: TrainSettings): void {
  if (settings.ensemble && settings.seeds === undefined) {
    throw new UsageError('expected --seeds with --ensemble: how many networks it is to have');
  }
  try {
    completeConfig({ ...chosenConfig(settings), channels: 1 });
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

function chosenConfig(settings: TrainSettings): Partial<WetasConfig> {
  return Object.fromEntries(Object.keys(modelOptions).map((key) => [key, settings[key as keyof typeof modelOptions]]));
}

function describe(name: string, { train, valid, test, channels }: Dataset): string {
  const splits = Object.entries({ train, valid, test }).flatMap(([split, windows]) =>
    windows ? [`${split} ${windows.shape[0]}`] : [],
  );
  return `${name}: ${splits.join(', ')} windows of ${train.shape[1]} timesteps, ${channels} ${channels === 1 ? 'channel' : 'channels'}`;
}
