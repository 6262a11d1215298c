// npm run bench:setup: the Python peers in a virtual environment, .venv. Nothing else needs it; npm run bench does without what it does not find.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
const python = '.venv/bin/python';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
if (!existsSync(python)) run('python3', ['-m', 'venv', '.venv'], 'a Python 3.11 with its venv module is needed');
run(python, ['-m', 'pip', 'install', '-r', requirements], 'the packages were not all to be had');
// Source alone, built with the Cython above; its one other requirement, chainer, is for a loss that nobody here calls and no longer installs.
run(
  python,
  ['-m', 'pip', 'install', '--no-build-isolation', '--no-deps', 'soft-dtw==0.1.6'],
  'soft-dtw did not build',
  {
    optional: true,
  },
);
console.log(
  'The Python peers are installed. Two more are raced where a clone of their GitHub repository is found in .peers (or the folder that WETAS_PEERS names): ' +
    'Maghoumi/pytorch-softdtw-cuda and BGU-CS-VIL/sdtw-cuda-torch.',
);

function run(command, words, meaning, { optional = false } = {}) {
  if (spawnSync(command, words, { stdio: 'inherit' }).status === 0) return;
  console.error(`bench:setup: \`${command} ${words.join(' ')}\` failed: ${meaning}, see above`);
  if (!optional) process.exit(1);
}
