import { writeModel } from '../model/modelFolder';
import { ensembleOf, trainMembers } from '../training/ensemble';
import { finalReport, type FinalReport } from '../training/finalReport';
import type { TrainResult } from '../training/trainer';
import type { TrainOptions } from '../training/trainOptions';
import { finishRun, reportLines, type Run, stoppedLine } from './finishRun';
import { formatTable } from './formatTable';
import { profileTable } from './profileTable';
import type { Progress } from './progress';
import { seedFigures, seedTable } from './seedFigures';

/** `wetas train --seeds N`: a run for each seed, one after the other, what they give on average, and with --ensemble the model that is their mean. */
export async function trainSeeds(
  seeds: number,
  { progress, ...context }: Run & { progress: Progress },
  options: TrainOptions,
): Promise<void> {
  const { run, settings, started } = context;
  const results = await trainMembers(options, seeds, {
    onStart: (seed) => progress.line(`Seed ${seed}, ${seed - settings.seed + 1} of ${seeds}`),
    onResult: async (seed, result) => {
      progress.stop();
      const own = { ...settings, seed, seeds: undefined, ensemble: false };
      await run.ofSeed(seed).writeSettings(own);
      await finishRun({ ...context, run: run.ofSeed(seed), settings: own }, result);
      if (result.profile) profileTable(result.profile).forEach((line) => progress.line(line));
    },
  });
  const last = results.at(-1)!;
  if (last.interrupted) {
    progress.line(`Seed ${settings.seed + results.length - 1}: ${stoppedLine(last.history.length, settings, run)}`);
  } else {
    const ensemble = settings.ensemble ? await saveEnsemble(context, options, results) : undefined;
    const figures = seedFigures(results, settings.seed, ensemble);
    await run.writeSummary({ dataset: settings.dataset, date: started.toISOString(), ...figures, report: ensemble });
    for (const line of formatTable(seedTable(figures))) progress.line(line);
    if (ensemble) {
      progress.line('');
      progress.line(`Mean of ${seeds} networks: weak threshold ${ensemble.threshold.toFixed(6)}`);
      for (const line of reportLines(ensemble)) progress.line(line);
      progress.line(`Model: ${run.best}`);
    }
    progress.line(`Runs: ${run.folder}`);
  }
  for (const { model } of results) model.dispose();
}

async function saveEnsemble({ run }: Run, options: TrainOptions, results: TrainResult[]): Promise<FinalReport> {
  const { networks, config } = await ensembleOf(results, options);
  await writeModel(
    run.best,
    config,
    networks.map((network) => network.weights()),
  );
  return finalReport(networks, config, options);
}
