import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Runs a command with its output shown; throws a sentence that says what its failure means. */
export function run(command, commandArguments, meaning) {
  const { status, error } = spawnSync(command, commandArguments, { stdio: 'inherit' });
  if (status === 0) return;
  const name = [path.basename(command), ...commandArguments].join(' ').slice(0, 200);
  throw new Error(`${meaning}: \`${name}\` failed${error ? `: ${error.message}` : ', see above'}`);
}
