import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import * as wetas from '../ts/index';

const root = path.join(__dirname, '..');
const text = readFileSync(path.join(root, 'docs', 'dtw.md'), 'utf8');
const examples = Array.from(text.matchAll(/```ts\n(.*?)```/gs), ([, example]) => example);
// Inside the package, so that `wetas` is the package itself.
const folder = path.join(root, 'build', 'docs');
const files = examples.map((_, index) => path.join(folder, `example${index + 1}.ts`));

/** The comments behind the calls of console.log, in order. */
function promised(example: string): string[] {
  return Array.from(example.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm), ([, comment]) => comment);
}

describe('docs/dtw.md', () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    files.forEach((file, index) => writeFileSync(file, examples[index]));
    const program = ts.createProgram(files, {
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      skipLibCheck: true,
      types: ['node'],
    });
    const diagnostics = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => [file?.fileName, messageText]);
    expect(diagnostics).toEqual([]);
    program.emit();
  });

  test.each(examples.map((example, index) => [index + 1, example] as const))(
    'example %i prints what it says',
    (n, example) => {
      const printed = execFileSync(process.execPath, [path.join(folder, `example${n}.js`)], { encoding: 'utf8' });
      expect(promised(example)).not.toEqual([]);
      expect(printed.trimEnd().split('\n')).toEqual(promised(example));
    },
  );

  test('names every function', () => {
    const functions = Object.keys(wetas).filter((name) => !name.endsWith('Async'));
    expect(functions.filter((name) => !examples.some((example) => example.includes(`${name}(`)))).toEqual([]);
  });
});
