// The figures of trained runs, and what the runs of a recipe give together.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * What is chosen by, and what is reported: figures of the state that the run keeps, all points counted; beside its valid weak F1, which rises with how much
 * epochs differ, the mean of those after the 20th.
 */
const FIGURES = ['validWeakF1', 'laterValidWeakF1', 'weakF1', 'denseF1', 'iou'];
const FIRST_EPOCHS = 20;

/** The figures of a run that has ended; undefined for any other. */
export function readRun(run) {
  const file = path.join(run.folder, 'summary.json');
  const summary = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  if (!summary || summary.interrupted) return undefined;
  const { date, seconds, best, valid, test } = summary;
  const epochs = readFileSync(path.join(run.folder, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return {
    ...run,
    date,
    seconds,
    bestEpoch: best.epoch,
    validWeakF1: valid.weak.bestF1,
    laterValidWeakF1: meanAndSpread(epochs.slice(FIRST_EPOCHS).map((epoch) => epoch.valid.weak.bestF1)).mean,
    weakF1: test.weak.f1,
    denseF1: test.dense.f1,
    iou: test.dense.iou,
    collapses: collapses(epochs.map((epoch) => epoch.test.dense.f1)),
  };
}

/**
 * One line for each recipe, after the headings. Valid weak F1, for which no point label is read, is what recipes are compared by once all runs are there: the last column
 * says which recipe comes first by the state that a run keeps and which by the mean of its later epochs. Test figures of all others are exploratory.
 */
export function recipeTable(runs, recipes, areAll) {
  const results = recipes.flatMap((recipe) => {
    const own = runs.filter((run) => run.recipe === recipe);
    if (own.length === 0) return [];
    const figures = FIGURES.map((name) => [name, meanAndSpread(own.map((run) => run[name]))]);
    const collapsed = own.reduce((sum, run) => sum + run.collapses.length, 0);
    return { recipe, seeds: own.length, ...Object.fromEntries(figures), collapses: collapsed };
  });
  const firstBy = (name) =>
    areAll && results.reduce((first, result) => (result[name].mean > first[name].mean ? result : first));
  const firsts = { 'valid weak F1': firstBy('validWeakF1'), 'after epoch 20': firstBy('laterValidWeakF1') };
  const headings = [
    'recipe',
    'seeds',
    'valid weak F1',
    'after epoch 20',
    'weak F1',
    'dense F1',
    'IoU',
    'collapses',
    'first by',
  ];
  const firstOf = (result) => Object.keys(firsts).filter((name) => firsts[name] === result);
  const rows = results.map((result) => [
    result.recipe,
    String(result.seeds),
    ...FIGURES.map((name) => `${result[name].mean.toFixed(3)} ± ${result[name].standardDeviation.toFixed(3)}`),
    String(result.collapses),
    firstOf(result).join(', '),
  ]);
  const lines = [headings, headings.map(() => '---'), ...rows].map((cells) => ({ line: `| ${cells.join(' | ')} |` }));
  return lines.map((line, i) =>
    i < 2 ? line : { ...line, result: { ...results[i - 2], firstBy: firstOf(results[i - 2]) } },
  );
}

/** Epochs after the 20th whose test dense F1 is below 0.8 of the median of the 5 epochs on each side. */
export function collapses(curve) {
  return curve.flatMap((value, i) => {
    const around = [...curve.slice(Math.max(0, i - 5), i), ...curve.slice(i + 1, i + 6)];
    return i >= FIRST_EPOCHS && value < 0.8 * median(around) ? i + 1 : [];
  });
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

/** The standard deviation is that of the sample: 0 for a single run. */
function meanAndSpread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardDeviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
