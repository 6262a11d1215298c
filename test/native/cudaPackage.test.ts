import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

// What becomes of a package wetas-cuda-<platform>-<arch> that is installed, in processes of their own.

const root = path.join(__dirname, '..', '..');
const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const name = `wetas-cuda-${process.platform}-${process.arch}`;
const addonIn = (build: string) => path.join(root, build, 'Release', 'wetas.node');
const lockstep = addonIn('build-lockstep/build');
let modules: string;

beforeEach(() => (modules = fs.mkdtempSync(path.join(os.tmpdir(), 'wetas-cuda-'))));
afterEach(() => fs.rmSync(modules, { recursive: true, force: true }));

/** `main`: a file to be copied, or the text of a script. */
function install(main: { file: string } | { script: string } | { text: string }, itsVersion = version): void {
  const folder = path.join(modules, name);
  fs.mkdirSync(folder);
  const file = 'script' in main ? 'index.js' : 'wetas.node';
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, version: itsVersion, main: file }));
  if ('file' in main) fs.copyFileSync(main.file, path.join(folder, file));
  else fs.writeFileSync(path.join(folder, file), 'script' in main ? main.script : main.text);
}

/** deviceInfo() and a value where that package is to be found. */
function use(environment: Record<string, string> = {}): { info: Record<string, unknown>; value: unknown } {
  const code = `
    const { deviceInfo, softDtw } = require(${JSON.stringify(path.join(root, 'dist', 'index.js'))});
    const x = Float32Array.of(3);
    const info = deviceInfo();
    console.log(JSON.stringify({ info, value: softDtw(x, Float32Array.of(1), { device: info.device }) }));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', code], {
    env: { ...process.env, WETAS_PREBUILD: '', NODE_PATH: modules, ...environment },
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

function expectUnused(why: RegExp): void {
  const { info, value } = use();
  expect(info).toMatchObject({ device: 'cpu', cuda: null, cudaMissing: expect.stringMatching(why) });
  expect(value).toBe(4);
}

test('none is installed', () => expectUnused(new RegExp(`^${name} is not installed$`)));

test('one of another version', () => {
  install({ script: 'process.abort()' }, '0.0.1');
  expectUnused(new RegExp(`^${name} has version 0.0.1, and wetas ${version.replaceAll('.', '\\.')}$`));
});

test.each([
  ['that is no addon', { text: 'no ELF' }, /was tried and cannot be used \(Error: .*\)$/],
  ['that ends the process', { script: 'process.abort()' }, /was tried and cannot be used \(it was ended by SIGABRT\)$/],
  ['that exits', { script: 'process.exit(3)' }, /was tried and cannot be used \(it ended with status 3\)$/],
  ['that prints something else', { script: 'process.exit(0)' }, /could not be tried \(.*JSON.*\)$/],
  [
    'that computes something else',
    { script: "exports.deviceInfo = (info) => (info.gpuMissing = ''); exports.softDtwFromCost = () => {};" },
    /was tried and cannot be used \(it computed 0 in place of 2\)$/,
  ],
  ['without a GPU', { file: addonIn('build') }, /was tried and cannot be used \(built without CUDA\)$/],
])('one %s', (_title, main, why) => {
  install(main);
  expectUnused(why);
});

test('none is tried with WETAS_DEVICE=cpu', () => {
  install({ script: "require('node:fs').writeFileSync(__dirname + '/tried', '')" });
  expect(use({ WETAS_DEVICE: 'cpu' }).info).toMatchObject({ cuda: null, cudaMissing: 'WETAS_DEVICE is cpu' });
  expect(fs.existsSync(path.join(modules, name, 'tried'))).toBe(false);
});

(fs.existsSync(lockstep) ? test : test.skip)('one that works, with the GPU that is made of the CPU', () => {
  install({ file: lockstep });
  const { info, value } = use();
  expect(info).toMatchObject({ device: 'cuda', cuda: { name: 'lockstep' }, cudaMissing: null });
  expect(value).toBe(4);
});
