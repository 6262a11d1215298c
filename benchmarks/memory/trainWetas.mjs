import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { pinToCores } from '../common/machine.mjs';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const tellPeak = new URL('tellPeak.mjs', import.meta.url).href;

/** Peak resident memory, in bytes, of `wetas train` with its defaults; throws where it has not trained all epochs. */
export async function trainWetas({ dataDir, dataset, epochs, threads, out }) {
  const options = ['--dataset', dataset, '--data-dir', dataDir, '--n-epochs', String(epochs), '--out', out];
  const child = spawn(process.execPath, ['--import', tellPeak, main, 'train', ...options], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    env: { ...process.env, WETAS_NUM_THREADS: String(threads) },
  });
  pinToCores(threads, child.pid);
  const [peak, [code]] = await Promise.all([text(child.stdio[3]), once(child, 'close')]);
  if (code !== 0) throw new Error(`wetas train ended with ${code}, see above`);
  const trained = readFileSync(path.join(out, 'metrics.jsonl'), 'utf8').trimEnd().split('\n').length;
  if (trained !== epochs) throw new Error(`wetas train stopped after epoch ${trained} of ${epochs}`);
  return Number(peak);
}
