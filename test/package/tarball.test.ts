import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

// The package as its users get it: packed, installed into an empty folder by npm where there is no compiler, and used.

jest.setTimeout(15 * 60_000);

const root = path.join(__dirname, '..', '..');
const compilers = ['cc', 'c++', 'gcc', 'g++', 'clang', 'clang++', 'cmake', 'make', 'ninja', 'python3'];
let temporary: string;
let tarball: string;
let programs: string;

function run(cwd: string, program: string, ...programArguments: string[]): string {
  // npm_config_* of the `npm test` around this would reach into the npm in here.
  const clean = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|JEST_)/i.test(name));
  const env = { ...Object.fromEntries(clean), PATH: cwd === root ? process.env.PATH : programs };
  const { status, stdout, stderr } = spawnSync(program, programArguments, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${programArguments.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

/** A folder to be the whole PATH: node, npm and a shell, and nothing that could build an addon. */
function folderOfPrograms(folder: string): string {
  fs.mkdirSync(folder);
  const where = (program: string) =>
    (process.env.PATH ?? '')
      .split(path.delimiter)
      .map((directory) => path.join(directory, program))
      .find(fs.existsSync);
  for (const program of ['npm', 'npx', 'sh']) fs.symlinkSync(where(program) as string, path.join(folder, program));
  fs.symlinkSync(process.execPath, path.join(folder, 'node'));
  return folder;
}

beforeAll(() => {
  temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'wetas-package-'));
  programs = folderOfPrograms(path.join(temporary, 'bin'));
  run(root, process.execPath, 'scripts/setup.mjs');
  run(root, process.execPath, 'scripts/prebuild.mjs');
  const [packed] = JSON.parse(run(root, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', temporary));
  tarball = path.join(temporary, packed.filename);
});

afterAll(() => fs.rmSync(temporary, { recursive: true, force: true }));

describe.each([
  { title: 'with scripts enabled', flags: [] },
  { title: 'with --ignore-scripts', flags: ['--ignore-scripts'] },
])('installed $title', ({ title, flags }) => {
  let folder: string;
  const inFolder = (program: string, ...programArguments: string[]) => run(folder, program, ...programArguments);
  const script = (name: string, text: string) => {
    fs.writeFileSync(path.join(folder, name), text);
    return inFolder('node', name);
  };

  beforeAll(() => {
    folder = path.join(temporary, title.replace(/\W/g, '-'));
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
    inFolder('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...flags, tarball);
  });

  test('there was no compiler, and none was needed', () => {
    expect(compilers.filter((compiler) => fs.existsSync(path.join(programs, compiler)))).toEqual([]);
    expect(fs.existsSync(path.join(folder, 'node_modules', 'wetas', 'build'))).toBe(false);
  });

  // Three warping paths of [0, 1] against [0, 3] with squared differences: costs 0 + 4, 0 + 9 + 4 and 0 + 1 + 4.
  const expected = -Math.log(Math.exp(-4) + Math.exp(-13) + Math.exp(-5));
  const callSoftDtw = `console.log(softDtw(Float64Array.of(0, 1), Float64Array.of(0, 3), { gamma: 1 }));`;

  test('softDtw from CommonJS, without loading tfjs', () => {
    const loaded = `console.log(Object.keys(require.cache).filter((file) => file.includes('@tensorflow')).length);`;
    const output = script('use.cjs', `const { softDtw } = require('wetas');\n${callSoftDtw}\n${loaded}`);
    const [value, tfjsFiles] = output.trim().split('\n').map(Number);
    expect(value).toBeCloseTo(expected, 12);
    expect(tfjsFiles).toBe(0);
  });

  test('softDtw from an ES module', () => {
    expect(Number(script('use.mjs', `import { softDtw } from 'wetas';\n${callSoftDtw}`))).toBeCloseTo(expected, 12);
  });

  test('the ES modules give the very objects of the CommonJS build, for every entry point', () => {
    const output = script(
      'same.mjs',
      `import { createRequire } from 'node:module';
       const require = createRequire(import.meta.url);
       for (const entry of ['wetas', 'wetas/tfjs', 'wetas/model']) {
         const [esm, commonJs] = [await import(entry), require(entry)];
         const names = Object.keys(commonJs);
         const same = names.length > 0 && Object.keys(esm).length === names.length && names.every((name) => esm[name] === commonJs[name]);
         console.log(entry, same);
       }`,
    );
    expect(output.trim().split('\n').slice(-3)).toEqual(['wetas true', 'wetas/tfjs true', 'wetas/model true']);
  });

  test('npx wetas --help', () => {
    expect(inFolder('npx', '--no-install', 'wetas', '--help')).toMatch(/train[^]*evaluate[^]*segment/);
  });

  test.each(['mts', 'cts'])('the types of every entry point resolve for a .%s consumer', (extension) => {
    fs.writeFileSync(
      path.join(folder, `consumer.${extension}`),
      `import { softDtw, dtwPath } from 'wetas';
       import { register } from 'wetas/tfjs';
       import { Wetas, type WetasConfig } from 'wetas/model';
       export const value: number = softDtw(new Float32Array(3), new Float32Array(4), { gamma: 0.1 });
       export const path: Int32Array = dtwPath(new Float64Array(3), new Float64Array(4)).path;
       export const nothing: void = register();
       export const model: Promise<Wetas> = Wetas.load('folder');
       export const config: Partial<WetasConfig> = { context: 'centred' };
       // @ts-expect-error a wrong type must be seen as one: nothing above is 'any'
       softDtw('x', new Float32Array(4));
       // @ts-expect-error
       export const wrong: Partial<WetasConfig> = { context: 'sideways' };`,
    );
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'node16', '--target', 'es2022'];
    run(
      folder,
      'node',
      path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
      ...options,
      `consumer.${extension}`,
    );
  });
});
