import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deviceInfo } from '../../dist/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a figure means nothing without: when, which code, where. */
export function circumstances() {
  const { simd, threads } = deviceInfo();
  return {
    date: new Date().toISOString(),
    commit: commit(),
    machine: {
      cpu: os.cpus()[0].model.trim(),
      cores: os.availableParallelism(),
      memoryGiB: Math.round(os.totalmem() / 2 ** 30),
      system: `${os.type()} ${os.release()}`,
      load: os.loadavg()[0],
    },
    node: process.versions.node,
    compiler: compiler(),
    simd,
    threads,
  };
}

function commit() {
  const git = (...words) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', 'ts', 'native') ? ' with changes' : '');
  } catch {
    return 'unknown';
  }
}

/** The compiler of the addon, as CMake has found it. */
function compiler() {
  const folder = path.join(root, 'build/CMakeFiles');
  const found = existsSync(folder)
    ? readdirSync(folder).map((entry) => `${folder}/${entry}/CMakeCXXCompiler.cmake`)
    : [];
  const [file] = found.filter((each) => existsSync(each));
  if (!file) return 'unknown: a prebuilt addon';
  const [id, version] = ['ID', 'VERSION'].map(
    (word) => new RegExp(`set\\(CMAKE_CXX_COMPILER_${word} "(.*)"\\)`).exec(readFileSync(file, 'utf8'))[1],
  );
  return `${id} ${version}`;
}

/** Keeps a process, this one by default, with all its threads on the first `threads` cores, where the system can. */
export function pinToCores(threads, pid = process.pid) {
  try {
    execFileSync('taskset', ['-apc', `0-${threads - 1}`, String(pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
