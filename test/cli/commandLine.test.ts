import { commandLine } from '../../ts/cli/commandLine';

const before = process.env.npm_lifecycle_event;
afterAll(() => {
  if (before === undefined) delete process.env.npm_lifecycle_event;
  else process.env.npm_lifecycle_event = before;
});

test.each([
  ['train', 'npm run train -- --resume --out runs/a'],
  ['test', 'wetas train --resume --out runs/a'],
  ['', 'wetas train --resume --out runs/a'],
])('commandLine within the npm script "%s"', (script, expected) => {
  process.env.npm_lifecycle_event = script;
  expect(commandLine('train', '--resume --out runs/a')).toBe(expected);
});
