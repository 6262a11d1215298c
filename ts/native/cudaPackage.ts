import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { defaultDevice, isAddonChosen } from './environment';

/** The package that has this platform's addon with the kernels for GPUs (`npm run pack:cuda` makes it). */
const packageName = `wetas-cuda-${process.platform}-${process.arch}`;

const PROBE_MS = 60_000;

/** The file to be loaded, or why it is not; `missing` is '' where nothing was to be looked for. */
export type CudaAddon = { file: string } | { missing: string };

/**
 * The addon with the kernels for GPUs, where its package is installed, is of the version of `packageRoot`'s, and computes on a GPU in a process of its own, which
 * a broken driver may take down. Not looked for where WETAS_PREBUILD chooses an addon or WETAS_DEVICE is `cpu`.
 */
export function findCudaAddon(packageRoot: string): CudaAddon {
  if (isAddonChosen()) return { missing: '' };
  if (defaultDevice() === 'cpu') return { missing: 'WETAS_DEVICE is cpu' };
  const require = createRequire(path.join(packageRoot, 'package.json'));
  let file: string;
  try {
    file = require.resolve(packageName);
  } catch {
    return { missing: `${packageName} is not installed` };
  }
  try {
    const wanted = versionOf(require(path.join(packageRoot, 'package.json')));
    const found = versionOf(require(`${packageName}/package.json`));
    if (found !== wanted) return { missing: `${packageName} has version ${found}, and wetas ${wanted}` };
    const failure = probe(file);
    return failure === '' ? { file } : { missing: `${packageName} was tried and cannot be used (${failure})` };
  } catch (error) {
    return { missing: `${packageName} could not be tried (${messageOf(error)})` };
  }
}

/** What went wrong when a process of its own loaded the addon and computed 2 on its GPU; '' for nothing. */
function probe(file: string): string {
  const code = `
    const addon = require(process.argv[1]);
    const info = {};
    addon.deviceInfo(info);
    let failure = info.gpuMissing;
    if (!failure) {
      const value = new Float32Array(1);
      addon.softDtwFromCost(1, 1, 1, Float32Array.of(2), null, 0, 0, 0, false, false, 0, 1, 2, value, null);
      if (value[0] !== 2) failure = 'it computed ' + value[0] + ' in place of 2';
    }
    process.stdout.write(JSON.stringify({ failure }));`;
  const { stdout, stderr, signal, status, error } = spawnSync(process.execPath, ['-e', code, file], {
    encoding: 'utf8',
    timeout: PROBE_MS,
    windowsHide: true,
  });
  if (error) return messageOf(error);
  if (signal !== null) return `it was ended by ${signal}`;
  if (status !== 0) return /^\w*Error: .*$/m.exec(stderr)?.[0] ?? `it ended with status ${status}`;
  return (JSON.parse(stdout) as { failure: string }).failure;
}

function versionOf(packageJson: unknown): string {
  return (packageJson as { version: string }).version;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
