import type { Dataset } from '../data';
import { writeModel } from '../model/modelFolder';
import type { FinalReport } from '../training/finalReport';
import { formatDense, formatWeak } from '../training/protocol';
import type { TrainResult } from '../training/trainer';
import { commandLine } from './commandLine';
import type { TrainSettings } from './options';
import type { RunFolder } from './runFolder';
import { profileTable } from './profileTable';
import { writeReport } from './writeReport';

export interface Run {
  run: RunFolder;
  settings: TrainSettings;
  started: Date;
  dataset: Dataset;
}

/** What stands in the folder of a run once it has ended, beside what training itself leaves there: models, summary, report. */
export async function finishRun({ run, settings, started, dataset }: Run, result: TrainResult): Promise<void> {
  const { config, best, last } = result;
  await writeModel(run.best, { ...config, globalThreshold: best.threshold }, [best.weights]);
  await writeModel(run.last, { ...config, globalThreshold: last.threshold }, [last.weights]);
  await run.writeSummary(summary(settings, started, result));
  await writeReport(run, settings, started, dataset, result);
}

function summary(
  settings: TrainSettings,
  started: Date,
  { history, interrupted, stoppedEarly, best, report, profile }: TrainResult,
): object {
  return {
    dataset: settings.dataset,
    date: started.toISOString(),
    epochs: history.length,
    seconds: history.reduce((sum, { seconds }) => sum + seconds, 0),
    interrupted,
    stoppedEarly,
    best: { epoch: best.epoch, threshold: best.threshold },
    ...report,
    profile,
  };
}

/** What a run ends with on the terminal. */
export function finalLines(
  run: RunFolder,
  settings: TrainSettings,
  { history, interrupted, stoppedEarly, best, report, profile }: TrainResult,
): string[] {
  const profileLines = profile ? ['', ...profileTable(profile)] : [];
  if (interrupted) return [...profileLines, stoppedLine(history.length, settings, run)];
  const stopped = stoppedEarly ? 'No improvement for long: stopped early. ' : '';
  const state = `Best state: epoch ${best.epoch} of ${history.length}, weak threshold ${best.threshold.toFixed(6)}`;
  return [
    ...profileLines,
    '',
    `${stopped}${state}`,
    ...reportLines(report!),
    `Model: ${run.best}`,
    `Report: ${run.report}`,
  ];
}

export function stoppedLine(epochs: number, { nEpochs }: TrainSettings, run: RunFolder): string {
  const goOn = commandLine('train', `--resume --out ${run.folder}`);
  return `Stopped after ${epochs} of ${nEpochs} epochs; the state is saved. Go on with: ${goOn}`;
}

export function reportLines({ test, retaken }: FinalReport): string[] {
  const lines: string[] = [];
  if (test) lines.push(`Test (WEAK) F1 : ${test.weak.f1.toFixed(6)}, ${formatWeak(test.weak)}`);
  if (test?.denseReal) lines.push(`Test (DENSE, real points) ${formatDense(test.denseReal)}`);
  if (test?.dense) lines.push(`Test (DENSE, all points, padding included) ${formatDense(test.dense)}`);
  if (retaken?.test) {
    const dense = retaken.test.dense ? `, dense ${formatDense(retaken.test.dense)}` : '';
    lines.push(
      `With the threshold re-taken on valid alone, ${retaken.threshold.toFixed(6)}: weak F1 : ${retaken.test.weak.f1.toFixed(6)}${dense}`,
    );
  }
  return lines;
}
