import type { Dataset, Windows } from '../data';
import { scoreWindows } from '../model/inference';
import { denseLabels } from '../model/segmentation';
import { makeCharts } from '../report/charts';
import { chooseWindows } from '../report/chooseWindows';
import { figureTable } from '../report/figureTable';
import { reportPage } from '../report/page';
import type { Fact, ReportWindow } from '../report/ReportData';
import type { FinalReport, TrainResult } from '../training/trainer';
import type { TrainSettings } from './options';
import type { RunFolder } from './runFolder';

/** report.html of a run; its windows are of the test split where that has labels, else of valid, else of train. */
export async function writeReport(
  run: RunFolder,
  settings: TrainSettings,
  started: Date,
  dataset: Dataset,
  result: TrainResult,
): Promise<void> {
  const { train, valid, test } = dataset;
  const [windowsSplit, windows] = Object.entries({ test, valid, train }).find(([, split]) => split?.weakLabel) as [
    string,
    Windows,
  ];
  const page = reportPage({
    title: `WETAS on ${settings.dataset}`,
    date: `${started.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    facts: facts(settings, dataset, result),
    figures: figureTable(result.report ? columns(result.report) : []),
    settings: { ...settings },
    charts: makeCharts(result.history),
    bestEpoch: result.history.length > 0 ? result.best.epoch : undefined,
    windowsSplit,
    windows: await segmented(windows, result),
  });
  await run.writeReport(page);
}

function columns({ valid, test, retaken }: FinalReport) {
  return [
    { name: 'valid', record: valid },
    { name: 'test', record: test },
    { name: 'test, threshold of valid alone', record: retaken?.test },
  ].flatMap(({ name, record }) => (record ? [{ name, record }] : []));
}

function facts(
  { nEpochs, seed, backend }: TrainSettings,
  { train, channels }: Dataset,
  { history, best, interrupted, stoppedEarly }: TrainResult,
): Fact[] {
  const seconds = history.reduce((sum, record) => sum + record.seconds, 0);
  const ending = interrupted ? ', interrupted' : stoppedEarly ? ', stopped early' : '';
  return [
    { name: 'epochs', value: `${history.length} of ${nEpochs}${ending}` },
    { name: 'best epoch', value: String(best.epoch) },
    { name: 'weak threshold', value: best.threshold.toFixed(4) },
    { name: 'time', value: seconds < 100 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min` },
    { name: 'train windows', value: `${train.shape[0]} x ${train.shape[1]} timesteps` },
    { name: 'channels', value: String(channels) },
    { name: 'seed', value: String(seed) },
    { name: 'backend', value: backend },
  ];
}

async function segmented(windows: Windows, { model, config }: TrainResult): Promise<ReportWindow[]> {
  const { weakScore, denseLogit, denseScore, mask } = await scoreWindows([model], windows, config);
  const threshold = config.globalThreshold;
  const weakPrediction = Uint8Array.from(weakScore, (score) => (score >= threshold ? 1 : 0));
  const [count, splitSize] = windows.shape;
  const segmentLabel = denseLabels({ denseLogit, weakPrediction, shape: [count, splitSize], mask, config });
  return chooseWindows({ windows, weakScore, denseScore, segmentLabel, threshold });
}
