import writeFileAtomic from 'write-file-atomic';
import { makeWindows, makeWindowsFromStart, readSplits } from '../data';
import { Wetas } from '../model';
import { figureTable } from '../report/figureTable';
import { checkChannels } from './checkChannels';
import { startEngine } from './engine';
import { formatTable } from './formatTable';
import type { EvaluateSettings } from './options';
import { required } from './settings';

/** `wetas evaluate`: the figures of a saved model on every labelled split of a data set, scaled and cut as the model's config says. */
export async function evaluate(settings: EvaluateSettings): Promise<void> {
  const { model: modelFolder } = required(settings, 'model');
  await startEngine(settings);
  const model = await Wetas.load(modelFolder, settings);
  const { splitSize, padding, scaler, globalThreshold } = model.config;
  const splits = [];
  for (const [name, series] of Object.entries(await readSplits(settings))) {
    for (const one of series) checkChannels(one, model.config);
    const windows =
      settings.scoring === 'continuous'
        ? makeWindowsFromStart(series, splitSize, scaler)
        : makeWindows(series, splitSize, { padding, scaler });
    if (windows.weakLabel) splits.push({ name, record: await model.evaluate(windows, settings) });
  }
  model.dispose();
  if (splits.length === 0) throw new Error(`the data set ${settings.dataset} has no labelled split to take figures on`);

  const figures = {
    model: modelFolder,
    dataset: settings.dataset,
    scoring: settings.scoring,
    threshold: globalThreshold,
    ...Object.fromEntries(splits.map(({ name, record }) => [name, record])),
  };
  const json = `${JSON.stringify(figures, null, 2)}\n`;
  if (settings.out !== undefined) await writeFileAtomic(settings.out, json);
  process.stdout.write(settings.json ? json : formatTable(figureTable(splits)).join('\n') + '\n');
}
