import { statSync } from 'node:fs';
import { UsageError } from './UsageError';

/** Refuses, before there is any work to lose, an --out that is something else than a folder or new. */
export function checkOutFolder(out: string): void {
  const found = statSync(out, { throwIfNoEntry: false });
  if (found && !found.isDirectory()) throw new UsageError(`expected a folder for \`--out\` but ${out} is a file`);
}
