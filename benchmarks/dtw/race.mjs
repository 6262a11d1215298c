import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { summary } from '../common/results.mjs';
import { checkOutputs } from './check.mjs';
import { writeFloat64 } from './float64File.mjs';
import { makeInputs } from './inputs.mjs';
import { oracle } from './oracle.mjs';
import { cells } from './trials.mjs';

/**
 * One trial: every contestant that has the task is prepared, checked against the oracle and then timed, all of them in turn in every round. One that takes
 * long sits out the later rounds.
 * @returns { trial, entries: [{ contestant, difference, samples, seconds per call, nanosecondsPerCell }], out: [{ contestant, reason }] }
 */
export async function race({ trial, contestants, contenders, rounds, sample, clock, say }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wetas-bench-'));
  try {
    const inputs = makeInputs(trial);
    const files = writeInputs(inputs, folder);
    const expected = oracle[trial.task](inputs, trial.parameters);
    const [entries, out] = [[], []];
    for (const contestant of contestants) {
      say(`${trial.name}: ${contestant.name} gets ready`);
      try {
        const { task, parameters } = trial;
        const { absent, outputs } = await contenders.prepare(contestant, {
          prepare: task,
          inputs: files,
          parameters,
          folder,
        });
        if (absent) {
          out.push({ contestant, reason: absent });
          continue;
        }
        const difference = checkOutputs({ inputs, expected, outputs, tolerance: contestant.tolerance });
        entries.push({ contestant, difference, samples: [], spent: 0 });
      } catch (error) {
        out.push({ contestant, reason: `WRONG: ${error.message.split('\n')[0]}` });
      }
    }
    await runRounds({ trial, entries, contenders, rounds, sample, clock, say });
    for (const { contestant } of entries) await contenders.release(contestant);
    return { trial, out, entries: entries.map((entry) => measured(entry, cells(trial))) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runRounds({ trial, entries, contenders, rounds, sample, clock, say }) {
  const patience = 12; // seconds for one contestant, but three rounds in any case
  for (let round = 1; round <= rounds; round++) {
    for (const entry of entries) {
      if (round > 3 && entry.spent > patience) continue;
      say(`${trial.name}: round ${round}, ${entry.contestant.name}`);
      const { calls, wall, cpu } = await contenders.time(entry.contestant, sample);
      entry.samples.push((clock === 'cpu' ? cpu : wall) / calls);
      entry.spent += wall;
    }
  }
}

function writeInputs(inputs, folder) {
  const described = Object.entries(inputs).map(([name, { data, shape }]) => {
    const file = path.join(folder, `input-${name}.f64`);
    writeFloat64(file, data);
    return [name, { file, shape }];
  });
  return Object.fromEntries(described);
}

function measured({ contestant, difference, samples }, cellCount) {
  const seconds = summary(samples);
  return { contestant, difference, samples, seconds, nanosecondsPerCell: (seconds.median / cellCount) * 1e9 };
}
