import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';

/** Is `output` there and no older than any of `sources` (files, or folders with all that is in them)? */
export function isFresh(output, sources, { except = [] } = {}) {
  if (!existsSync(output)) return false;
  const made = statSync(output).mtimeMs;
  const newest = (entry) => {
    if (except.includes(entry)) return 0;
    const stat = statSync(entry);
    if (!stat.isDirectory()) return stat.mtimeMs;
    // The folder's own time counts: it is what changes when a source is deleted.
    return Math.max(stat.mtimeMs, ...readdirSync(entry).map((name) => newest(path.join(entry, name))));
  };
  return sources.every((source) => newest(source) <= made);
}

/**
 * Dates `output` from the moment its build STARTED: a source saved during the build is newer, and a build tool that found
 * nothing to rewrite has still answered the question.
 */
export function markBuilt(output, started) {
  utimesSync(output, started, started);
}

/** Deletes what a build that began at `started` has not written again: the output of sources that are gone. */
export function removeStaleOutput(folder, started) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const graceForCoarseClocks = 1000;
    if (entry.isFile() && statSync(file).mtimeMs < started.getTime() - graceForCoarseClocks) rmSync(file);
  }
}
