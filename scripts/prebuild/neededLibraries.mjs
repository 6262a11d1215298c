import { execFileSync } from 'node:child_process';

/** The shared libraries that the loader must find for an ELF file: its NEEDED entries, as `objdump -p` prints them. */
export function neededLibraries(file) {
  const dump = execFileSync('objdump', ['-p', file], { encoding: 'utf8' });
  return [...dump.matchAll(/^\s*NEEDED\s+(\S+)$/gm)].map(([, library]) => library);
}

/** glibc (with the loader and what was once apart from it) and GCC's run-time libraries: where Node itself runs, they are. */
export function shippedEverywhere(library) {
  return /^(lib(c|m|pthread|dl|stdc\+\+|gcc_s)\.so\.\d+|ld-linux-.*\.so\.\d+)$/.test(library);
}
