// How far the expected alignment E is from the truth, computed in long double (peers/adapters/long_double.py): 512 x 512, gammas from 1e-3 to 10, costs of
// every size.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { formatTable } from '../../dist/cli/formatTable.js';
import { writeFloat64 } from './float64File.mjs';
import { makeInputs } from './inputs.mjs';
import { claim } from './report.mjs';

export const name = 'accuracy/512x512';
const gammas = [1e-3, 1e-2, 0.1, 1, 10];
const scales = [0.01, 0.1, 1, 10, 100];
const judge = { name: 'long double', adapter: 'long_double', python: true, threads: 1 };

/** { entries: [{ contestant, errors: [{ gamma, scale, largest |E - truth| }] }], out } */
export async function accuracy({ contestants, contenders, quick, say }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wetas-bench-'));
  const length = quick ? 128 : 512;
  const shape = [1, length, length];
  const { cost } = makeInputs({ data: 'cost', shape, channels: 1 });
  const entries = contestants.map((contestant) => ({ contestant, errors: [] }));
  const out = [];
  try {
    for (const scale of scales) {
      const file = path.join(folder, 'input-cost.f64'); // the contestants write cost.f64
      writeFloat64(
        file,
        cost.data.map((each) => Math.fround(each * scale)),
      );
      for (const gamma of gammas) {
        say(`${name}: gamma ${gamma}, scale ${scale}`);
        const request = {
          prepare: 'softGradientFromCost',
          inputs: { cost: { file, shape } },
          parameters: { gamma },
          folder,
        };
        const { absent, outputs: truth } = await contenders.prepare(judge, request);
        if (absent) throw new Error(absent);
        for (const { contestant, errors } of entries) {
          if (out.some((one) => one.contestant === contestant)) continue;
          const answer = await contenders.prepare(contestant, request).catch(({ message }) => ({ absent: message }));
          if (answer.absent) out.push({ contestant, reason: answer.absent });
          else errors.push({ gamma, scale, error: largestDifference(answer.outputs.cost, truth.cost) });
        }
      }
    }
    return { entries: entries.filter(({ errors }) => errors.length > 0), out, shape };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Per contestant, the worst over the scales for every gamma. */
export function accuracyTable({ entries, shape }) {
  const worst = (errors, gamma) => Math.max(...errors.filter((each) => each.gamma === gamma).map(({ error }) => error));
  const rows = entries.map(({ contestant, errors }) => ({
    name: contestant.name,
    cells: [contestant.dtype, ...gammas.map((gamma) => worst(errors, gamma).toExponential(1))],
  }));
  return [
    `${name}  largest error of E against long double, ${shape.slice(1).join(' x ')}, the worst of the costs times ${scales.join(', ')}`,
    ...formatTable({ columns: ['dtype', ...gammas.map((gamma) => `gamma ${gamma}`)], rows }),
  ];
}

/** What the accuracy was to show, as report.mjs has it. */
export function accuracyClaims({ entries }) {
  const ours = entries.find(({ contestant }) => contestant.name === 'wetas float32');
  if (!ours) return [];
  const found = Math.max(...ours.errors.map(({ error }) => error));
  return [claim(`${name}, largest error of E`, found, { atMost: 1e-5 })];
}

function largestDifference(actual, right) {
  return right.reduce((largest, truth, i) => Math.max(largest, Math.abs(actual[i] - truth)), 0);
}
