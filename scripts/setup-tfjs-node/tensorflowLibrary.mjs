import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const version = '2.16.2';
const wanted =
  'libtensorflow_cc.so.2 or libtensorflow.so.2, libtensorflow_framework.so.2 and include/tensorflow/c/c_api.h';

/** Where TensorFlow is: { library, framework, include }, from the folder that the user names or else from the wheel. */
export function findTensorflow({ say, run }) {
  const named = process.env.TENSORFLOW_LIBRARY_DIR;
  if (named) {
    const found = inFolder(path.resolve(named));
    if (!found) throw new Error(`expected ${wanted} in TENSORFLOW_LIBRARY_DIR but ${named} lacks some of them`);
    return found;
  }
  const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'wetas');
  const folder = path.join(cache, `tensorflow-${version}`);
  const cached = inFolder(folder);
  if (cached) return cached;
  unpackWheel({ cache, folder, say, run });
  return inFolder(folder) ?? fail(`the wheel of tensorflow-cpu ${version} has changed: it lacks ${wanted}`);
}

/** Both layouts: a Python package's (libraries beside include/) and an installed TensorFlow's (lib/ beside include/). */
function inFolder(folder) {
  const find = (...names) => names.map((name) => path.join(folder, name)).find((file) => existsSync(file));
  const library = find(
    'libtensorflow_cc.so.2',
    'libtensorflow.so.2',
    'lib/libtensorflow_cc.so.2',
    'lib/libtensorflow.so.2',
  );
  const framework = find('libtensorflow_framework.so.2', 'lib/libtensorflow_framework.so.2');
  const include = ['include', '../include']
    .map((name) => path.join(folder, name))
    .find((candidate) => existsSync(path.join(candidate, 'tensorflow/c/c_api.h')));
  return library && framework && include ? { library, framework, include } : undefined;
}

/** Downloads the wheel with pip and keeps the shared libraries and headers; `folder` appears only when it is whole. */
function unpackWheel({ cache, folder, say, run }) {
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(path.join(cache, 'unpacking-'));
  try {
    say(`downloading the wheel of tensorflow-cpu ${version} (214 MB) for its shared library`);
    const help =
      'the wheel could not be downloaded (needs python3 with pip; or set TENSORFLOW_LIBRARY_DIR to a TensorFlow that you have)';
    const platform = ['--only-binary=:all:', '--python-version', '3.11', '--platform', 'manylinux2014_x86_64'];
    const download = ['-m', 'pip', 'download', '--no-deps', ...platform, '-d', temporary];
    run('python3', [...download, `tensorflow-cpu==${version}`], help);

    say(`unpacking it into ${folder}`);
    const wheel = readdirSync(temporary).find((name) => name.endsWith('.whl'));
    const extract = `
import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
wheel.extractall(sys.argv[2], [n for n in wheel.namelist() if n.startswith(('tensorflow/libtensorflow_', 'tensorflow/include/'))])`;
    run('python3', ['-c', extract, path.join(temporary, wheel), temporary], 'the wheel could not be unpacked');
    rmSync(folder, { recursive: true, force: true });
    renameSync(path.join(temporary, 'tensorflow'), folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function fail(message) {
  throw new Error(message);
}
