import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runCli } from './runCli';

// Each test starts a process, on a machine that may be busy.
jest.setTimeout(60_000);

const { version } = JSON.parse(readFileSync(path.join(__dirname, '..', '..', 'package.json'), 'utf8'));

describe('wetas', () => {
  test('--version prints the version of the package', async () => {
    expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('--help names the commands', async () => {
    const { code, stdout } = await runCli(['--help']);
    expect(code).toBe(0);
    for (const command of ['train', 'evaluate', 'segment']) expect(stdout).toContain(`  ${command} [options]`);
  });

  test.each([['--help'], ['train', '--help'], ['evaluate', '--help'], ['segment', '--help']])(
    '%s %s says what the exit codes mean and where the data are described',
    async (...args) => {
      const { stdout } = await runCli(args.filter((arg) => arg !== undefined));
      expect(stdout).toMatch(/^Exit codes: 0 = done, .*; 1 = the run failed; 2 = the command line was wrong\.$/m);
      const [, file] = /^Data layouts and the files that are written: (.*)$/m.exec(stdout) ?? [];
      expect(readFileSync(file, 'utf8')).toContain('labels.csv');
    },
  );

  test('train --help gives every option of the reference, with units and the defaults of both presets', async () => {
    const { code, stdout } = await runCli(['train', '--help']);
    expect(code).toBe(0);
    const ofReference =
      'hidden-size output-size kernel-size n-layers dropout pooling-type local-threshold granularity beta gamma batch-size n-epochs ' +
      'learning-rate patience stopping seed dataset data-dir split-size gpuidx';
    for (const name of ofReference.split(' ')) expect(stdout).toMatch(new RegExp(`^  --${name} <`, 'm'));
    expect(stdout).toMatch(/--split-size <N> +length of a window \[timesteps\] \(default: 500, demo: 200\)/);
    expect(stdout).toMatch(/--learning-rate <X> .*\(default: 0\.0005, reference: 0\.0001, demo: 0\.001\)/);
  });

  test.each([
    [
      'a misspelt option',
      ['train', '--hiden-size', '4'],
      "unknown option '--hiden-size'\n(Did you mean --hidden-size?)",
    ],
    ['a misspelt command', ['trian'], "unknown command 'trian'\n(Did you mean train?)"],
    [
      'no integer',
      ['train', '--hidden-size', '1.5'],
      'expected an integer >= 1 for `--hidden-size` but received "1.5"',
    ],
    [
      'a number out of range',
      ['train', '--dropout', '1'],
      'expected a number >= 0 and < 1 for `--dropout` but received "1"',
    ],
    ['no choice', ['train', '--stopping', 'auc'], 'expected "f1" or "loss" for `--stopping` but received "auc"'],
    [
      'no precision',
      ['train', '--precision', 'half'],
      'expected "float32" or "bf16" for `--precision` but received "half"',
    ],
    ['an option without its value', ['train', '--seed'], "option '--seed <N>' argument missing"],
    ['options that do not go together', ['train', '--granularity', '9', '--split-size', '10'], 'granularity'],
    ['--ensemble without --seeds', ['train', '--ensemble'], 'expected --seeds with --ensemble'],
    ['--resume without --out', ['train', '--resume'], 'expected --out with --resume'],
    [
      'a missing settings file',
      ['train', '--config', 'no-such.json'],
      'expected a JSON file of settings in no-such.json',
    ],
    ['no model', ['evaluate'], 'expected `--model`'],
    ['no model, input and output', ['segment'], 'expected `--model` and `--input` and `--out`'],
    [
      'segments into a file',
      ['segment', '--model', '.', '--input', '.', '--out', __filename],
      'expected a folder for `--out` but',
    ],
    ['a run into a file', ['train', '--out', __filename], 'expected a folder for `--out` but'],
    ['a stray argument', ['train', 'EMG'], "too many arguments for 'train'"],
  ])('%s is an error of usage: exit code 2', async (_, args, message) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('what goes wrong in the run itself: exit code 1', async () => {
    const { code, stderr } = await runCli(['evaluate', '--model', '/no/such/folder']);
    expect(stderr).toContain('/no/such/folder');
    expect(code).toBe(1);
  });
});
