import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import packageJson from '../package.json';

const root = path.join(__dirname, '..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

// A whole compilation and a training among them, on a machine that may be busy.
jest.setTimeout(180_000);

describe('README', () => {
  it('has TypeScript examples that compile against the package, of which the first two run as they are', () => {
    // Inside the package, so that `wetas` is the package itself.
    const folder = path.join(root, 'build', 'readme');
    mkdirSync(folder, { recursive: true });
    const sources = Array.from(readme.matchAll(/```ts\n(.*?)```/gs), ([, example], index) => {
      const source = path.join(folder, `example${index}.ts`);
      writeFileSync(source, example);
      return source;
    });
    const options = {
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      esModuleInterop: true,
      skipLibCheck: true,
      types: ['node'],
    };
    const program = ts.createProgram(sources, options);
    expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
    program.emit();

    const output = execFileSync(process.execPath, [path.join(folder, 'example0.js')], { encoding: 'utf8' });
    expect(output).toMatch(/^soft-DTW -?\d/);
    expect(output).toContain('warping path 0 0 1 0 2 1 3 2 4 3 5 4 5 5');
    expect(output).toContain('32 values, 9600 derivatives');
    expect(output).toContain('Tensor');

    const segmented = execFileSync(process.execPath, [path.join(folder, 'example1.js')], {
      cwd: folder,
      encoding: 'utf8',
    });
    const [, start, end] = /^anomalous \[ \{ start: (\d+), end: (\d+), confidence: [\d.]+ \} \]\n$/.exec(segmented)!;
    expect(Math.min(Number(end), 135) - Math.max(Number(start), 120)).toBeGreaterThanOrEqual(10);
    expect(Number(end) - Number(start)).toBeLessThanOrEqual(25);
  });

  it('links, as do the documents it links to, only to what is in the package', () => {
    const pack = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
    });
    const [{ files }] = JSON.parse(pack) as [{ files: { path: string }[] }];
    const packed = files.map((file) => file.path);
    const documents = packed.filter((file) => file.endsWith('.md'));
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/data.md', 'docs/method.md']));
    const broken = documents.flatMap((document) => {
      const text = readFileSync(path.join(root, document), 'utf8');
      const links = Array.from(text.matchAll(/\]\((?!https?:|#)([^)#]+)/g), ([, link]) => link);
      return links.filter((link) => !packed.includes(path.posix.join(path.posix.dirname(document), link)));
    });
    expect(broken).toEqual([]);
  });

  it('names scripts that exist', () => {
    const named = Array.from(readme.matchAll(/npm run ([a-z:-]+)/g), ([, script]) => script);
    expect(named).not.toEqual([]);
    expect(named.filter((script) => !(script in packageJson.scripts))).toEqual([]);
  });
});
