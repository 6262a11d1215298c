import { existsSync } from 'node:fs';
import path from 'node:path';

/** Installs the build tools and headers that are missing where this can (root on Debian or Ubuntu), else throws what to type. */
export function installSystemPackages({ say, run, nativeTests }) {
  const missing = [
    { what: 'a C++ compiler', debian: 'g++', found: onPath('c++') || onPath('g++') || process.env.CXX },
    { what: 'CMake', debian: 'cmake', found: onPath('cmake') },
    { what: 'ninja or make', debian: 'ninja-build', found: onPath('ninja') || onPath('make') },
    { what: "Highway's headers", debian: 'libhwy-dev', found: header('hwy/highway.h') },
    nativeTests && { what: 'GoogleTest', debian: 'libgtest-dev', found: header('gtest/gtest.h') },
  ].filter((need) => need && !need.found);
  if (missing.length === 0) return;

  const names = missing.map(({ what }) => what).join(', ');
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing.map(({ debian }) => debian)];
  if (!onPath('apt-get')) {
    throw new Error(
      `${names} needed: install with your system's package manager (on Debian and Ubuntu: ${install.join(' ')})`,
    );
  }
  if (process.getuid() !== 0) {
    throw new Error(`${names} needed: type \`sudo apt-get update && sudo ${install.join(' ')}\` and run this again`);
  }
  say(`installing ${names} (apt-get)`);
  run('apt-get', ['update', '-q']);
  run(install[0], install.slice(1), { DEBIAN_FRONTEND: 'noninteractive' });
}

function onPath(program) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, program)));
}

/** Where CMakeLists.txt's find_path looks, too. */
function header(name) {
  const prefixes = [
    ...(process.env.CMAKE_PREFIX_PATH ?? '').split(path.delimiter).filter(Boolean),
    '/usr',
    '/usr/local',
  ];
  return prefixes.some((prefix) => existsSync(path.join(prefix, 'include', name)));
}
