import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * For each entry point of package.json an ES module that re-exports the CommonJS build by name. One build, not two: a second
 * copy would register its kernels beside the first in tfjs's registry, and its classes would fail `instanceof` of the first.
 */
export function writeEsmWrappers(root) {
  const require = createRequire(path.join(root, 'package.json'));
  const { exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  for (const entry of Object.values(exports)) {
    if (!entry.import) continue; // ./package.json
    const module = path.join(root, entry.import.default);
    const commonJs = path.join(root, entry.require.default);
    const from = path.relative(path.dirname(module), commonJs);
    const names = Object.keys(require(commonJs)).sort().join(', ');
    mkdirSync(path.dirname(module), { recursive: true });
    writeFileSync(module, `import commonJs from '${from}';\nexport const { ${names} } = commonJs;\n`);
    writeFileSync(path.join(root, entry.import.types), `export * from '${from}';\n`);
  }
}
