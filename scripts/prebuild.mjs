#!/usr/bin/env node
// Makes prebuilds/<platform>-<arch>/wetas.glibc.node, the binary that the npm package carries, and checks that it will load elsewhere.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import prebuildify from 'prebuildify';
import { neededLibraries, shippedEverywhere } from './prebuild/neededLibraries.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'prebuilds', `${process.platform}-${process.arch}`);
// prebuildify moves the binary out of build/Release of its working directory: give it one of its own, so that the checkout keeps its addon.
const workingDirectory = path.join(root, 'build-prebuild');

try {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(workingDirectory, { recursive: true });
  await promisify(prebuildify)({
    name: 'wetas',
    napi: true,
    tagLibc: true,
    strip: true,
    cwd: workingDirectory,
    out: root,
    nodeGyp: path.join(root, 'scripts', 'prebuild', 'cmakeAsNodeGyp.mjs'),
  });
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const foreign = neededLibraries(file).filter((library) => !shippedEverywhere(library));
    if (foreign.length > 0)
      throw new Error(
        `${file} needs ${foreign.join(', ')}: only libc, libm, libstdc++ and libgcc are sure to be there`,
      );
    console.log(`prebuild: ${path.relative(root, file)} needs ${neededLibraries(file).join(', ')}`);
  }
} catch (error) {
  console.error(`prebuild: ${error.message}`);
  process.exitCode = 1;
}
