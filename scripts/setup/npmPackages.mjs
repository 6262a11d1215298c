import { existsSync, readFileSync } from 'node:fs';

/** `npm ci` unless node_modules already holds what package-lock.json asks for (packages beyond it are left alone). */
export function installNpmPackages({ say, run }) {
  if (holdsLockedPackages()) return;
  const tfjsNode = existsSync('node_modules/@tensorflow/tfjs-node');
  say('installing npm packages (npm ci)');
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
  if (tfjsNode) say('npm ci has removed @tensorflow/tfjs-node: `npm run setup:tfjs-node` brings it back');
}

/** Compares with npm's own record of what it installed, by content: a checkout changes the lock file's time without changing it. */
function holdsLockedPackages() {
  if (!existsSync('node_modules/.package-lock.json')) return false;
  const locked = packagesIn('package-lock.json');
  const installed = packagesIn('node_modules/.package-lock.json');
  return Object.entries(locked).every(([folder, { version, optional }]) => {
    if (folder === '') return true; // this package itself
    return installed[folder] ? installed[folder].version === version : optional === true; // optional: of another platform
  });
}

function packagesIn(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}
