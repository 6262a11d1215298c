import type { FigureTable } from '../report/ReportData';
import type { FinalReport } from '../training/finalReport';
import type { TrainResult } from '../training/trainer';

/** Figures of a model on test where there is one, else on valid; absent where the labels for them are. */
interface Figures {
  /** F1 of the weak predictions, at the stored threshold. */
  weakF1?: number;
  /** Of the segments, over all points. */
  denseF1?: number;
  iou?: number;
}

/** One line for each seed, and what they give together. Plain JSON. */
export interface SeedFigures {
  seeds: ({ seed: number; epoch: number } & Figures)[];
  mean: Figures;
  /** Of the sample: divided by the number of seeds less one. */
  standardDeviation: Figures;
  /** Of the model whose probabilities are the means of theirs. */
  ensemble?: Figures;
}

export function seedFigures(
  results: readonly TrainResult[],
  firstSeed: number,
  ensemble: FinalReport | undefined,
): SeedFigures {
  const seeds = results.map(({ best, report }, i) => ({
    seed: firstSeed + i,
    epoch: best.epoch,
    ...figuresOf(report!),
  }));
  return {
    seeds,
    mean: each((name) => mean(seeds.map((figures) => figures[name]))),
    standardDeviation: each((name) => standardDeviation(seeds.map((figures) => figures[name]))),
    ensemble: ensemble && figuresOf(ensemble),
  };
}

/** For the terminal. */
export function seedTable({ seeds, mean, standardDeviation, ensemble }: SeedFigures): FigureTable {
  const row = (name: string, epoch: string, { weakF1, denseF1, iou }: Figures) => ({
    name,
    cells: [epoch, ...[weakF1, denseF1, iou].map((figure) => figure?.toFixed(4) ?? '–')],
  });
  return {
    columns: ['best epoch', 'weak F1', 'dense F1', 'IoU'],
    rows: [
      ...seeds.map((figures) => row(`seed ${figures.seed}`, String(figures.epoch), figures)),
      row('mean', '', mean),
      row('standard deviation', '', standardDeviation),
      ...(ensemble ? [row('ensemble', '', ensemble)] : []),
    ],
  };
}

function figuresOf({ valid, test }: FinalReport): Figures {
  const record = test ?? valid;
  return { weakF1: record?.weak.f1, denseF1: record?.dense?.f1, iou: record?.dense?.iou };
}

function each(figure: (name: keyof Figures) => number | undefined): Figures {
  return { weakF1: figure('weakF1'), denseF1: figure('denseF1'), iou: figure('iou') };
}

function mean(values: (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length < values.length ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function standardDeviation(values: (number | undefined)[]): number | undefined {
  const centre = mean(values);
  if (centre === undefined) return undefined;
  const squares = values.reduce<number>((sum, value) => sum + (value! - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
