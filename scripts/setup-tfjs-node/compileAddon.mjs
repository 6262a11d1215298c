import { existsSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/** Compiles tfjs-node's own addon from its sources, against that TensorFlow, to where its JavaScript looks for it. */
export function compileAddon({ packageFolder, tensorflow, say, run }) {
  const inPackage = (...names) => path.join(packageFolder, ...names);
  const addon = inPackage('lib', 'napi-v8', 'tfjs_binding.node');
  // What the addon loads at run time, found by its rpath. The wheel has all of TensorFlow's C API in libtensorflow_cc.
  const links = {
    [inPackage('deps', 'include')]: tensorflow.include,
    [inPackage('deps', 'lib', 'libtensorflow.so')]: tensorflow.library,
    [inPackage('deps', 'lib', path.basename(tensorflow.library))]: tensorflow.library,
    [inPackage('deps', 'lib', 'libtensorflow_framework.so')]: tensorflow.framework,
    [inPackage('deps', 'lib', path.basename(tensorflow.framework))]: tensorflow.framework,
  };
  if (existsSync(addon) && Object.entries(links).every(([link, target]) => linksTo(link, target))) return;

  rmSync(addon, { force: true });
  mkdirSync(inPackage('deps', 'lib'), { recursive: true });
  mkdirSync(path.dirname(addon), { recursive: true });
  for (const [link, target] of Object.entries(links)) {
    rmSync(link, { recursive: true, force: true });
    symlinkSync(target, link);
  }
  say('compiling the addon of tfjs-node (g++)');
  const defines = ['-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION', '-DNODE_GYP_MODULE_NAME=tfjs_binding'];
  const include = ['node_modules/node-api-headers/include', packageFolder, inPackage('deps', 'include')];
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => inPackage('binding', name));
  const libraries = [`-L${inPackage('deps', 'lib')}`, '-ltensorflow', '-ltensorflow_framework'];
  run(
    'g++',
    [
      ...['-O2', '-std=c++17', '-fPIC', '-shared', ...defines],
      ...include.map((folder) => `-I${folder}`),
      ...sources,
      ...['-o', `${addon}.partial`],
      ...[...libraries, '-Wl,-rpath,$ORIGIN/../../deps/lib'],
    ],
    'the addon could not be compiled (needs g++, and a TensorFlow 2.16 like that of the wheel)',
  );
  renameSync(`${addon}.partial`, addon);
}

function linksTo(link, target) {
  try {
    return readlinkSync(link) === target;
  } catch {
    return false;
  }
}
