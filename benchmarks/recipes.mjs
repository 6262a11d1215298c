// What the method gives on EMG under four recipes: each is trained with several seeds by `wetas train` itself, one run after the other.
//   npm run bench:recipes -- --data-dir DIR [--epochs 80 --seeds 3 --first-seed 0 --recipes default,plain --work DIR --results DIR] [-- more options of wetas train]
// Ctrl-C saves the run in hand; the same command goes on from there. DIR/EMG holds train, valid and test.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { circumstances } from './common/machine.mjs';
import { readRun, recipeTable } from './recipes/figures.mjs';

const PLAIN = ['--lr-schedule', 'constant', '--ema', '0', '--clip-grad-norm', '0', '--stopping-window', '1'];
const RECIPES = {
  reference: ['--preset', 'reference'],
  plain: PLAIN,
  centred: [...PLAIN, '--context', 'centred', '--kernel-size', '3'],
  default: [],
};

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const { values, positionals: moreOptions } = parseArgs({
  allowPositionals: true,
  options: {
    'data-dir': { type: 'string' },
    dataset: { type: 'string', default: 'EMG' },
    epochs: { type: 'string', default: '80' },
    seeds: { type: 'string', default: '3' },
    'first-seed': { type: 'string', default: '0' },
    recipes: { type: 'string', default: Object.keys(RECIPES).join(',') },
    work: { type: 'string', default: 'runs/recipes' },
    results: { type: 'string', default: fileURLToPath(new URL('results', import.meta.url)) },
  },
});
const recipes = values.recipes.split(',');
const unknown = recipes.find((recipe) => !(recipe in RECIPES));
if (values['data-dir'] === undefined || unknown !== undefined) {
  console.error(`expected --data-dir DIR and, for --recipes, some of ${Object.keys(RECIPES).join(',')}`);
  process.exit(2);
}

// In the name of all that is kept, or a run with other options would pass for this one.
const withOptions = moreOptions.join(' ').replaceAll(/[^\w.]+/g, '-');
const firstSeed = Number(values['first-seed']);
const runs = Array.from({ length: Number(values.seeds) }, (_, index) => firstSeed + index).flatMap((seed) =>
  recipes.map((recipe) => ({
    recipe,
    seed,
    folder: path.join(values.work, `${values.dataset}-${recipe}${withOptions}-${values.epochs}-epochs-seed${seed}`),
  })),
);

let child;
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopped = true;
    child?.kill(signal);
  });
}
for (const [index, run] of runs.entries()) {
  if (stopped) break;
  if (readRun(run)) continue;
  console.log(`\nrun ${index + 1} of ${runs.length}: ${run.recipe}, seed ${run.seed}`);
  const code = await train(run);
  if (code !== 0 && !stopped) process.exit(code ?? 1);
}
report();

/** A run of the whole number of epochs, whatever its figures: that is what makes recipes comparable. */
function train({ recipe, seed, folder }) {
  const start = [...RECIPES[recipe], '--dataset', values.dataset, '--data-dir', values['data-dir'], '--seed', seed];
  const length = ['--n-epochs', values.epochs, '--patience', values.epochs];
  const begun = existsSync(path.join(folder, 'settings.json'));
  const options = begun ? ['--resume'] : [...start, ...length, '--log-every', 10, ...moreOptions];
  child = spawn(process.execPath, [main, 'train', ...options.map(String), '--out', folder], { stdio: 'inherit' });
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
}

/** Every figure of every epoch of the finished runs as JSON lines, and the table of what they give together. */
function report() {
  const finished = runs.flatMap((run) => readRun(run) ?? []);
  if (finished.length === 0) return console.log('no run has finished yet');
  const about = circumstances();
  mkdirSync(values.results, { recursive: true });
  const fileOf = (date, name) => path.join(values.results, `${date.slice(0, 10)}-${name}`);
  for (const { recipe, seed, folder, date } of finished) {
    const file = fileOf(date, `${values.dataset.toLowerCase()}-recipe-${recipe}${withOptions}-seed${seed}.jsonl`);
    copyFileSync(path.join(folder, 'metrics.jsonl'), file);
  }
  const table = recipeTable(finished, recipes, finished.length === runs.length);
  for (const row of table) console.log(row.line);
  console.log(`${finished.length} of ${runs.length} runs have finished`);
  if (finished.length < runs.length) return;
  const seeds = Number(values.seeds);
  const results = { ...about, epochs: Number(values.epochs), firstSeed, seeds, options: moreOptions };
  const ofSeeds = firstSeed === 0 ? '' : `-seeds${firstSeed}-${firstSeed + seeds - 1}`;
  const file = fileOf(about.date, `${values.dataset.toLowerCase()}-recipes${withOptions}${ofSeeds}.json`);
  const rows = table.flatMap(({ result }) => result ?? []);
  writeFileSync(file, `${JSON.stringify({ ...results, recipes: rows, runs: finished }, null, 2)}\n`);
  console.log(`written to ${file}`);
}
