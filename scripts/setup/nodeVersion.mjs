import { readFileSync } from 'node:fs';

/** Throws unless this Node meets `engines.node`: "^20.19.0 || ^22.13.0 || >=24", a caret range or a floor each. */
export function checkNodeVersion(version = process.versions.node) {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [major, minor] = version.split('.').map(Number);
  const meets = (range) => {
    const [wantedMajor, wantedMinor = 0] = range
      .replace(/^(\^|>=)/, '')
      .split('.')
      .map(Number);
    if (range.startsWith('^') || major === wantedMajor) return major === wantedMajor && minor >= wantedMinor;
    return major > wantedMajor;
  };
  if (!engines.node.split(' || ').some(meets)) {
    throw new Error(`wetas needs Node ${engines.node.replaceAll(' || ', ' or ')}; this is Node ${version}`);
  }
}
