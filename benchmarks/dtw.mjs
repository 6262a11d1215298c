// DTW and soft-DTW against everything else: npm run bench [-- options]; --help lists them.
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { circumstances } from './common/machine.mjs';
import { resultFile, writeResult } from './common/results.mjs';
import * as accuracy from './dtw/accuracy.mjs';
import { chart } from './dtw/chart.mjs';
import { Contenders } from './dtw/contender.mjs';
import { contestants } from './dtw/contestants.mjs';
import { race } from './dtw/race.mjs';
import { claims, claimTable, trialTable } from './dtw/report.mjs';
import { quick, trials } from './dtw/trials.mjs';

const options = new Command('npm run bench --')
  .description(
    'Races wetas against the other DTW libraries. Every result is checked against a plain float64 implementation before it is timed;\n' +
      'the contestants, each in a process of its own on its own cores, take turns in rounds. Tables go to the terminal, the whole to benchmarks/results.',
  )
  .option('--only <pattern>', 'the trials whose name matches this regular expression', regularExpression)
  .option('--contestants <pattern>', 'the contestants whose name matches', regularExpression)
  .option('--quick', 'small data and few rounds: shows that everything works, its figures are not for quoting')
  .option('--list', 'print the names of trials and contestants, and race nothing')
  .option('--rounds <n>', 'how often each contestant is timed', wholeNumber)
  .option('--threads <n>', 'the threads of the contestant with all of them', wholeNumber, os.availableParallelism())
  .addOption(new Option('--clock <kind>', 'what is measured').choices(['wall', 'cpu']).default('wall'))
  .option('--python <file>', 'the interpreter that has the Python peers', '.venv/bin/python')
  .parse()
  .opts();

const chosenTrials = trials
  .filter(({ name }) => options.only?.test(name) ?? true)
  .map(options.quick ? quick : (it) => it);
const withAccuracy = options.only?.test(accuracy.name) ?? true;
const chosen = contestants(options.threads).filter(({ name }) => options.contestants?.test(name) ?? true);

if (options.list) {
  console.log(['Trials', ...trials.map(({ name, title }) => `  ${name}  ${title}`), `  ${accuracy.name}`].join('\n'));
  console.log(['Contestants', ...chosen.map(({ name }) => `  ${name}`)].join('\n'));
} else {
  await main();
}

async function main() {
  const contenders = new Contenders(options.python);
  const havePython = existsSync(options.python);
  if (!havePython)
    console.log(
      `The Python peers are left out, for there is no ${options.python}: \`npm run bench:setup\` installs them.`,
    );
  const racing = chosen.filter(({ python }) => havePython || !python);
  try {
    const races = [];
    for (const trial of chosenTrials) {
      races.push(await race({ ...settings(), trial, contestants: entrants(racing, trial), contenders, say }));
      clearLine();
      console.log(`${trialTable(races.at(-1)).join('\n')}\n`);
    }
    const precision = withAccuracy && havePython ? await accuracies(racing, contenders) : undefined;
    if (options.quick) return;
    const found = [...races.flatMap(claims), ...(precision ? accuracy.accuracyClaims(precision) : [])];
    if (found.length > 0) console.log(claimTable(found).join('\n'));
    write(races, precision, found);
  } finally {
    contenders.stop();
  }
}

function settings() {
  return {
    rounds: options.rounds ?? (options.quick ? 2 : 9),
    sample: options.quick ? 0.02 : 0.15,
    clock: options.clock,
  };
}

function entrants(racing, { without = [] }) {
  return racing.filter(({ group }) => !without.includes(group));
}

async function accuracies(racing, contenders) {
  // Two runs of one library at different threads or through another door give the same bits.
  const distinct = racing.filter(({ name, group }) => group !== 'wetas' || /^wetas float(32|64)$/.test(name));
  const precision = await accuracy.accuracy({ contestants: distinct, contenders, quick: options.quick, say });
  clearLine();
  console.log(`${accuracy.accuracyTable(precision).join('\n')}\n`);
  return precision;
}

function write(races, precision, found) {
  const about = { ...circumstances(), clock: options.clock, peers: peerVersions() };
  const name = options.only || options.contestants ? 'dtw-part' : 'dtw';
  writeResult(name, {
    ...about,
    races: races.map(({ trial, entries, out }) => ({
      trial,
      entries: entries.map(({ contestant, difference, seconds, nanosecondsPerCell }) => ({
        ...identity(contestant),
        difference,
        seconds,
        nanosecondsPerCell,
      })),
      leftOut: out.map(({ contestant, reason }) => ({ name: contestant.name, reason })),
    })),
    accuracy: precision?.entries.map(({ contestant, errors }) => ({ ...identity(contestant), errors })),
    claims: found,
  });
  if (races.length > 0) writeFileSync(resultFile(about.date, name, 'svg'), chart(races, about));
}

/** Of the Python packages; those of npm are in package-lock.json. */
function peerVersions() {
  if (!existsSync(options.python)) return undefined;
  const words = ['-m', 'pip', 'list', '--format', 'freeze', '--disable-pip-version-check'];
  const packages = execFileSync(options.python, words, { encoding: 'utf8' }).split('\n');
  return packages.filter((line) => /^(tslearn|aeon|dtaidistance|soft-dtw|ott-jax|jax|torch|numba|numpy)==/.test(line));
}

function identity({ name, dtype, threads }) {
  return { name, dtype, threads };
}

function say(words) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${words}`);
}

function clearLine() {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
}

function regularExpression(pattern) {
  try {
    return new RegExp(pattern);
  } catch {
    throw new InvalidArgumentError('Expected a regular expression.');
  }
}

function wholeNumber(text) {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a whole number of 1 or more.');
  return Number(text);
}
