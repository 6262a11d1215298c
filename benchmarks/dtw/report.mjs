// What a race comes to: a table, and the figures that the README and the issue ask for.
import { formatTable } from '../../dist/cli/formatTable.js';
import { summary } from '../common/results.mjs';

/** The lines of a trial's table. Every ratio is to the first row. */
export function trialTable({ trial, entries, out }) {
  const [first] = entries;
  const rows = entries.map((entry) => ({
    name: entry.contestant.name,
    cells: [
      entry.contestant.dtype,
      duration(entry.seconds.median),
      `${duration(entry.seconds.least)} to ${duration(entry.seconds.most)}`,
      entry.nanosecondsPerCell.toPrecision(3),
      timesAsLong(entry, first).toPrecision(3),
      entry.difference.toExponential(1),
    ],
  }));
  return [
    `${trial.name}  ${trial.title}`,
    ...formatTable({ columns: ['dtype', 'median', 'spread', 'ns/cell', 'ratio', 'off by'], rows }),
    ...whoIsOut(out).map((line) => `  left out: ${line}`),
  ];
}

/** What a trial was to show, each as { what, found, bar, holds }. */
export function claims({ trial, entries }) {
  const byName = (name) => entries.find(({ contestant }) => contestant.name === name);
  const found = [];
  const ours = byName('wetas float32');
  for (const name of trial.bar ? ['wetas float32, out', 'wetas float32'] : []) {
    const entry = byName(name);
    if (entry) found.push(claim(`${trial.name}, ${name}, ns/cell`, entry.nanosecondsPerCell, { atMost: trial.bar }));
  }
  if (trial.microseconds && ours) {
    found.push(claim(`${trial.name}, microseconds a call`, ours.seconds.median * 1e6, { atMost: trial.microseconds }));
  }
  for (const { of, to, bar, atMost, about } of trial.ratios ?? []) {
    const [one, other] = [byName(of), to.startsWith('peers') ? fastestPeer(entries, to) : byName(to)];
    if (!one || !other) continue;
    const ratio = timesAsLong(other, one);
    found.push(
      claim(`${trial.name}, ${about ?? `${of} against ${other.contestant.name} (${other.contestant.dtype})`}`, ratio, {
        atLeast: bar,
        atMost,
      }),
    );
  }
  return found;
}

export function claimTable(found) {
  const rows = found.map(({ what, found: figure, atMost, atLeast, holds }) => ({
    name: what,
    cells: [figure.toPrecision(3), atMost ? `<= ${atMost}` : `>= ${atLeast}`, holds ? 'yes' : 'NO'],
  }));
  return formatTable({ columns: ['found', 'bar', 'holds'], rows });
}

export function claim(what, found, { atLeast, atMost }) {
  return { what, found, atLeast, atMost, holds: atMost === undefined ? found >= atLeast : found <= atMost };
}

/** How many times as long the one takes as the other: the median over the rounds, for a shared machine's speed changes from round to round. */
function timesAsLong({ samples }, { samples: others }) {
  const rounds = Math.min(samples.length, others.length); // who takes long sits out the last ones
  return summary(Array.from({ length: rounds }, (_, round) => samples[round] / others[round])).median;
}

function fastestPeer(entries, to) {
  const [, dtype] = to.split(' ');
  const peers = entries.filter(
    ({ contestant }) => contestant.group === 'peers' && (!dtype || contestant.dtype === dtype),
  );
  return peers.sort((one, other) => one.seconds.median - other.seconds.median)[0];
}

/** One line a reason. That a library lacks the function is no news. */
function whoIsOut(out) {
  const names = new Map();
  for (const { contestant, reason } of out) {
    if (!reason.endsWith('has no such function')) names.set(reason, [...(names.get(reason) ?? []), contestant.name]);
  }
  return Array.from(names, ([reason, group]) => `${group.join(', ')}: ${reason}`);
}

function duration(seconds) {
  const [unit, factor] = seconds < 1e-3 ? ['µs', 1e6] : seconds < 1 ? ['ms', 1e3] : ['s', 1];
  return `${(seconds * factor).toPrecision(4)} ${unit}`;
}
