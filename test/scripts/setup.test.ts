import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.join(__dirname, '..', '..');
let folder: string;

beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wetas-setup-'))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs `body` in the folder, with everything that a module of scripts/setup exports in scope; the JSON of what it returns. */
function withModule(name: string, body: string, env: NodeJS.ProcessEnv = {}): unknown {
  const module = pathToFileURL(path.join(root, 'scripts', 'setup', `${name}.mjs`)).href;
  const code = `import * as module from '${module}';
    const ran = [], said = [];
    const run = (...command) => ran.push(command.flat().filter((word) => typeof word === 'string').join(' '));
    const say = (line) => said.push(line);
    let result;
    try { result = (() => { ${body} })() ?? { ran, said }; } catch (error) { result = { error: error.message, ran }; }
    process.stdout.write(JSON.stringify(result));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

function write(file: string, text: string, secondsAgo = 0): void {
  fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  fs.writeFileSync(path.join(folder, file), text);
  const time = Date.now() / 1000 - secondsAgo;
  fs.utimesSync(path.join(folder, file), time, time);
}

describe('scripts/setup.mjs', () => {
  test('names an unknown flag and fails', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs', '--forec'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toBe('setup: expected --force or --native-tests but received --forec\n');
    expect(status).toBe(1);
  });
});

describe('Node version', () => {
  const check = (version: string) => withModule('nodeVersion', `module.checkNodeVersion('${version}')`);

  beforeEach(() => fs.copyFileSync(path.join(root, 'package.json'), path.join(folder, 'package.json')));

  test.each(['20.19.0', '20.20.2', '22.13.0', '24.0.0', '25.1.0'])('%s will do', (version) => {
    expect(check(version)).not.toHaveProperty('error');
  });

  test.each(['18.20.0', '20.18.9', '21.7.0', '22.12.0', '23.11.0'])('%s is refused', (version) => {
    expect(check(version)).toHaveProperty(
      'error',
      `wetas needs Node ^20.19.0 or ^22.13.0 or >=24; this is Node ${version}`,
    );
  });
});

describe('npm packages', () => {
  const locked = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/other-os': { version: '2.0.0', optional: true },
  };
  const withInstalled = (installed?: object) => {
    write('package-lock.json', JSON.stringify({ packages: locked }));
    if (installed) write('node_modules/.package-lock.json', JSON.stringify({ packages: installed }), 1000);
    return withModule('npmPackages', 'module.installNpmPackages({ say, run })');
  };
  const npmCi = { ran: [expect.stringMatching(/^npm ci /)], said: ['installing npm packages (npm ci)'] };
  const nothing = { ran: [], said: [] };

  test('are installed where there are none', () => {
    expect(withInstalled()).toEqual(npmCi);
  });

  test('are installed again when the lock file asks for another version', () => {
    expect(withInstalled({ 'node_modules/a': { version: '1.0.1' } })).toEqual(npmCi);
  });

  test('are left alone when they are what the lock file asks for, whatever the times of the files', () => {
    expect(withInstalled({ 'node_modules/a': { version: '1.0.0' } })).toEqual(nothing);
  });

  test('are left alone when there are more, such as tfjs-node', () => {
    const more = {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/@tensorflow/tfjs-node': { version: '4.22.0' },
    };
    expect(withInstalled(more)).toEqual(nothing);
  });
});

describe('system packages', () => {
  const install = (body = '') =>
    withModule('systemPackages', `${body}; module.installSystemPackages({ say, run })`, { PATH: folder, CXX: '' });
  const apt = 'apt-get install -y --no-install-recommends g++ cmake ninja-build';

  test('are named where there is no apt-get', () => {
    expect(install()).toHaveProperty('error', expect.stringContaining(`(on Debian and Ubuntu: ${apt}`));
  });

  test('come as the command to type for a user who is not root', () => {
    write('apt-get', '');
    expect(install('process.getuid = () => 1000')).toHaveProperty(
      'error',
      expect.stringContaining(`type \`sudo apt-get update && sudo ${apt}`),
    );
  });

  test('are installed for root, after an update of the lists', () => {
    write('apt-get', '');
    expect(install('process.getuid = () => 0')).toHaveProperty('ran', [
      expect.stringMatching(/^apt-get update/),
      expect.stringContaining(apt),
    ]);
  });

  test('are not asked for when they are there', () => {
    for (const program of ['c++', 'cmake', 'make']) write(program, '');
    write('prefix/include/hwy/highway.h', '');
    const env = { PATH: folder, CMAKE_PREFIX_PATH: path.join(folder, 'prefix') };
    expect(withModule('systemPackages', 'module.installSystemPackages({ say, run })', env)).toEqual({
      ran: [],
      said: [],
    });
  });
});

describe('freshness', () => {
  const isFresh = (except = '[]') =>
    withModule('freshness', `return { fresh: module.isFresh('output', ['source', 'file'], { except: ${except} }) }`);

  beforeEach(() => {
    write('file', '', 100);
    write('source/deep/a.cc', '', 100);
    for (const name of ['source/deep', 'source']) {
      const time = Date.now() / 1000 - 100;
      fs.utimesSync(path.join(folder, name), time, time);
    }
  });

  test('nothing made yet', () => {
    expect(isFresh()).toEqual({ fresh: false });
  });

  test('made later than every source', () => {
    write('output', '', 50);
    expect(isFresh()).toEqual({ fresh: true });
  });

  test.each(['file', 'source/deep/a.cc', 'source/new.cc'])('%s is newer', (source) => {
    write('output', '', 50);
    write(source, '');
    expect(isFresh()).toEqual({ fresh: false });
  });

  test('a deleted source', () => {
    write('output', '', 50);
    fs.rmSync(path.join(folder, 'source/deep/a.cc'));
    expect(isFresh()).toEqual({ fresh: false });
  });

  test('a newer file that is no source', () => {
    write('output', '', 50);
    write('source/deep/a.cc', '');
    expect(isFresh(`['source/deep']`)).toEqual({ fresh: true });
  });

  test('the output of sources that are gone is deleted', () => {
    write('output/gone.js', '', 50);
    write('output/deep/kept.js', '');
    withModule('freshness', `module.removeStaleOutput('output', new Date(Date.now() - 10000))`);
    expect(fs.readdirSync(path.join(folder, 'output'), { recursive: true }).sort()).toEqual(['deep', 'deep/kept.js']);
  });
});
