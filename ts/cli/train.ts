import { loadDataset, type Dataset } from '../data';
import { completeConfig, type WetasConfig } from '../model/config';
import { writeModel } from '../model/modelFolder';
import { formatDense, formatEpoch, formatWeak } from '../training/protocol';
import { train as trainModel, type TrainResult } from '../training/trainer';
import { startEngine } from './engine';
import { abortOnInterrupt } from './interruption';
import { modelOptions, type TrainSettings } from './options';
import { makeProgress } from './progress';
import { RunFolder } from './runFolder';
import { UsageError } from './UsageError';
import { writeReport } from './writeReport';

/** `wetas train`: a data set in, a folder with the best and the last model, the figures and a report out. */
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
  await run.writeSettings(settings);

  const progress = makeProgress(settings.nEpochs);
  progress.line(`${describe(settings.dataset, dataset)}; ${engine}; run ${run.folder}`);
  const signal = abortOnInterrupt(() => progress.line('Stopping after this step (Ctrl-C again to end at once) ...'));
  const { train, valid: validation, test } = dataset;
  const result = await trainModel({
    ...settings,
    train,
    validation,
    test: test?.weakLabel && test,
    config,
    checkpointDir: run.folder,
    // A run that was killed before its first checkpoint starts again.
    resume: settings.resume && run.hasCheckpoint(),
    signal,
    onStep: (step) => progress.step(step),
    onEpoch: (record) => {
      const { epoch, nEpochs } = record;
      if (epoch % settings.logEvery === 0 || epoch === nEpochs)
        formatEpoch(record).forEach((line) => progress.line(line));
    },
  }).finally(() => progress.stop());

  await writeModel(run.best, { ...config, globalThreshold: result.best.threshold }, result.best.weights);
  await writeModel(run.last, { ...config, globalThreshold: result.last.threshold }, result.last.weights);
  await run.writeSummary(summary(settings, started, result));
  await writeReport(run, settings, started, dataset, result);
  result.model.dispose();
  for (const line of finalLines(run, settings, result)) progress.line(line);
}

/** What no option can say alone. */
function checkTogether(settings: TrainSettings): void {
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

function summary(
  settings: TrainSettings,
  started: Date,
  { history, interrupted, stoppedEarly, best, report }: TrainResult,
): object {
  return {
    dataset: settings.dataset,
    date: started.toISOString(),
    epochs: history.length,
    seconds: history.reduce((sum, { seconds }) => sum + seconds, 0),
    interrupted,
    stoppedEarly,
    best: { epoch: best.epoch, threshold: best.threshold },
    ...(report && { valid: report.valid, test: report.test, retaken: report.retaken }),
  };
}

function finalLines(
  run: RunFolder,
  { nEpochs }: TrainSettings,
  { history, interrupted, stoppedEarly, best, report }: TrainResult,
): string[] {
  if (interrupted) {
    return [
      `Stopped after ${history.length} of ${nEpochs} epochs; the state is saved. Go on with: wetas train --resume --out ${run.folder}`,
    ];
  }
  const lines = [
    '',
    `${stoppedEarly ? 'No improvement for long: stopped early. ' : ''}Best state: epoch ${best.epoch} of ${history.length}, weak threshold ${best.threshold.toFixed(6)}`,
  ];
  const test = report?.test;
  if (test) lines.push(`Test (WEAK) F1 : ${test.weak.f1.toFixed(6)}, ${formatWeak(test.weak)}`);
  if (test?.denseReal) lines.push(`Test (DENSE, real points) ${formatDense(test.denseReal)}`);
  if (test?.dense) lines.push(`Test (DENSE, all points, padding included) ${formatDense(test.dense)}`);
  const retaken = report?.retaken;
  if (retaken?.test) {
    const dense = retaken.test.dense ? `, dense ${formatDense(retaken.test.dense)}` : '';
    lines.push(
      `With the threshold re-taken on valid alone, ${retaken.threshold.toFixed(6)}: weak F1 : ${retaken.test.weak.f1.toFixed(6)}${dense}`,
    );
  }
  lines.push(`Model: ${run.best}`, `Report: ${run.report}`);
  return lines;
}
