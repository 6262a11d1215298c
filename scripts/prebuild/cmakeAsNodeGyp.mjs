#!/usr/bin/env node
// cmake-js where node-gyp is expected: compiles the addon as CMakeLists.txt describes it and leaves it where node-gyp would. Called
// by prebuildify like node-gyp itself (`rebuild --target=...`), and by the action of binding.gyp with the folder for the result.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const asNodeGyp = process.argv[2] === 'rebuild';
const root = fileURLToPath(new URL('../..', import.meta.url));
const productFolder = asNodeGyp ? path.join('build', 'Release') : process.argv[2];
// A real node-gyp has build/ for itself.
const cmakeFolder = path.join(root, asNodeGyp ? 'build' : 'build-cmake');

const cmakeJs = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js');
execFileSync(process.execPath, [cmakeJs, 'compile', '--out', cmakeFolder], { cwd: root, stdio: 'inherit' });
mkdirSync(productFolder, { recursive: true });
copyFileSync(path.join(cmakeFolder, 'Release', 'wetas.node'), path.join(productFolder, 'wetas.node'));
