import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readSeries } from '../../ts/data';
import { Wetas } from '../../ts/model';
import { csvSeries, withoutLabels, writeCsvDataset, writeWeakDataset } from './csvDataset';
import { runCli, type Finished } from './runCli';

// Each test starts processes that load tfjs, on a machine that may be busy.
jest.setTimeout(300_000);

let folder: string;
let trained: Finished;
const inFolder = (...parts: string[]) => path.join(folder, ...parts);
const readJson = (...parts: string[]) => JSON.parse(readFileSync(inFolder(...parts), 'utf8'));
const train = (out: string, args: string, more?: Parameters<typeof runCli>[1]) =>
  runCli(
    `train --dataset bursts --data-dir ${inFolder('data')} --split-size 20 --hidden-size 4 --output-size 4 --n-layers 2 --batch-size 8
    --learning-rate 0.01 --lr-schedule constant --seed 7 --threads 1 --out ${inFolder(out)} ${args}`.split(/\s+/),
    more,
  );

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'wetas-run-'));
  writeCsvDataset(inFolder('data'));
  trained = await train('run', '--n-epochs 6 --log-every 4');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('wetas train', () => {
  test('ends with exit code 0 and a run folder with everything in it', () => {
    expect(trained).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(inFolder('run')).sort()).toEqual(
      [
        'best',
        'checkpoint.safetensors',
        'last',
        'metrics.jsonl',
        'report.html',
        'settings.json',
        'summary.json',
      ].sort(),
    );
    for (const model of ['best', 'last']) {
      expect(readdirSync(inFolder('run', model)).sort()).toEqual(['config.json', 'model.safetensors']);
    }
  });

  test('prints the four lines of every fourth epoch and of the last, and where things are', () => {
    const epochs = trained.stdout.match(/^Epoch \[.*?\]/gm);
    expect(epochs).toEqual(['Epoch [4/6]', 'Epoch [6/6]']);
    expect(trained.stdout.match(/^Test \(DENSE\) F1 : \d\.\d{6}, Precision/gm)).toHaveLength(2);
    expect(trained.stdout).toContain(`Model: ${inFolder('run', 'best')}\nReport: ${inFolder('run', 'report.html')}\n`);
  });

  test('logs every epoch, and sums up the best', () => {
    const lines = readFileSync(inFolder('run', 'metrics.jsonl'), 'utf8').trim().split('\n');
    const records = lines.map((line) => JSON.parse(line));
    expect(records.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    const summary = readJson('run', 'summary.json');
    expect(summary).toMatchObject({ dataset: 'bursts', epochs: 6, interrupted: false });
    const best = records[summary.best.epoch - 1];
    expect(summary.test.weak.auc).toBe(best.test.weak.auc);
    expect(readJson('run', 'best', 'config.json')).toMatchObject({
      globalThreshold: summary.best.threshold,
      splitSize: 20,
      channels: 2,
      channelNames: ['wave', 'drift'],
    });
  });

  test('stopped by Ctrl-C, it saves and exits with 0; resumed, it ends in the same bits as a run that was not stopped', async () => {
    const interrupted = await train('interrupted', '--n-epochs 100000 --patience 100000', { interruptAt: 'Epoch [2/' });
    expect(interrupted).toMatchObject({ code: 0, stderr: '' });
    expect(interrupted.stdout).toContain(`Go on with: wetas train --resume --out ${inFolder('interrupted')}`);
    const { epochs, interrupted: isInterrupted } = readJson('interrupted', 'summary.json');
    expect(isInterrupted).toBe(true);
    expect(existsSync(inFolder('interrupted', 'report.html'))).toBe(true);

    const more = `--n-epochs ${epochs + 2} --patience 100000`.split(' ');
    const resumed = await runCli(['train', '--resume', '--out', inFolder('interrupted'), ...more]);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(await train('uninterrupted', more.join(' '))).toMatchObject({ code: 0 });
    for (const file of ['best/model.safetensors', 'last/model.safetensors', 'best/config.json']) {
      const same = readFileSync(inFolder('interrupted', file)).equals(readFileSync(inFolder('uninterrupted', file)));
      expect([file, same]).toEqual([file, true]);
    }
    const [{ test: ofResumed }, { test: ofUninterrupted }] = ['interrupted', 'uninterrupted'].map((run) =>
      readJson(run, 'summary.json'),
    );
    expect(ofResumed).toEqual(ofUninterrupted);
  });

  test('--seeds trains one network after the other; --ensemble saves their mean; Ctrl-C and --resume lose nothing', async () => {
    const interrupted = await train('seeds-stopped', '--n-epochs 100000 --patience 100000 --seeds 2 --ensemble', {
      interruptAt: 'Epoch [2/',
    });
    expect(interrupted).toMatchObject({ code: 0, stderr: '' });
    const [, stoppedAfter] =
      /^Seed 7: Stopped after (\d+) of 100000 epochs; the state is saved\. Go on with/m.exec(interrupted.stdout) ?? [];
    expect(existsSync(inFolder('seeds-stopped', 'best'))).toBe(false);
    const more = `--n-epochs ${Number(stoppedAfter) + 2} --patience 100000`;
    const resumed = await runCli(['train', '--resume', '--out', inFolder('seeds-stopped'), ...more.split(' ')]);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });

    const whole = await train('seeds', `${more} --seeds 2 --ensemble`);
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    expect(whole.stdout.match(/^Seed .*/gm)).toEqual(['Seed 7, 1 of 2', 'Seed 8, 2 of 2']);
    expect(whole.stdout).toMatch(/^seed 7 +\d+ +\d\.\d{4} +\d\.\d{4} +\d\.\d{4}$/m);
    expect(whole.stdout).toContain(`Model: ${inFolder('seeds', 'best')}\n`);
    expect(readdirSync(inFolder('seeds')).sort()).toEqual([
      'best',
      'seed-7',
      'seed-8',
      'settings.json',
      'summary.json',
    ]);
    expect(readdirSync(inFolder('seeds', 'seed-8'))).toEqual(readdirSync(inFolder('run')));
    const summary = readJson('seeds', 'summary.json');
    const figures = summary.seeds.map(({ denseF1 }: { denseF1: number }) => denseF1);
    expect(summary.mean.denseF1).toBeCloseTo((figures[0] + figures[1]) / 2, 12);
    expect(summary.standardDeviation.denseF1).toBeCloseTo(Math.abs(figures[0] - figures[1]) / Math.SQRT2, 12);
    expect(summary.report.test.weak.f1).toBe(summary.ensemble.weakF1);

    for (const file of ['best/model.safetensors', 'best/config.json', 'seed-8/last/model.safetensors']) {
      const same = readFileSync(inFolder('seeds', file)).equals(readFileSync(inFolder('seeds-stopped', file)));
      expect([file, same]).toEqual([file, true]);
    }

    const model = ['--model', inFolder('seeds', 'best')];
    const data = ['--dataset', 'bursts', '--data-dir', inFolder('data')];
    const evaluated = await runCli(['evaluate', ...model, ...data, '--json']);
    expect(JSON.parse(evaluated.stdout).test.dense).toEqual(summary.report.test.dense);
  });

  test('--profile prints what the stages of a step take, and keeps it in the summary', async () => {
    const { code, stdout } = await train('profiled', '--n-epochs 2 --profile');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +ms +% of a step +GFLOP\/s$/m);
    for (const stage of ['blocks forward', 'blocks backward'])
      expect(stdout).toMatch(new RegExp(`^${stage} +\\d+\\.\\d\\d +\\d+\\.\\d +\\d+\\.\\d$`, 'm'));
    expect(stdout).toMatch(/^a training step +\d+\.\d\d +100\.0/m);
    expect(readJson('profiled', 'summary.json').profile[0]).toMatchObject({ stage: 'batch', per: 'step' });
    expect(readJson('run', 'summary.json').profile).toBeUndefined();
    expect(readJson('profiled', 'settings.json').profile).toBeUndefined();
  });

  test('needs weak labels alone, and no split but train', async () => {
    writeWeakDataset(inFolder('data'));
    const { code, stdout } = await train('weak', '--dataset weak --n-epochs 2');
    expect(code).toBe(0);
    expect(stdout).toContain('weak: train 24 windows of 20 timesteps, 2 channels');
    expect(stdout).not.toMatch(/Valid|Test/);
    expect(stdout).toContain('Best state: epoch 2 of 2');
    const page = readFileSync(inFolder('weak', 'report.html'), 'utf8');
    expect(page).toContain('Windows of the train split');
    expect(page).not.toContain('true: the point labels');
  });

  test('a run that was killed before its first checkpoint can be resumed', async () => {
    cpSync(inFolder('run', 'settings.json'), inFolder('killed', 'settings.json'));
    expect(await runCli(['train', '--resume', '--n-epochs', '1', '--out', inFolder('killed')])).toMatchObject({
      code: 0,
    });
    expect(readJson('killed', 'summary.json').epochs).toBe(1);
  });

  test('a refused --resume leaves the run as it was', async () => {
    cpSync(inFolder('run'), inFolder('refused'), { recursive: true });
    const { code, stderr } = await runCli(['train', '--resume', '--out', inFolder('refused'), '--hidden-size', '8']);
    expect(code).toBe(1);
    expect(stderr).toContain('expected 4, as in the checkpoint to resume from, for `hiddenSize` but received 8');
    for (const file of ['settings.json', 'checkpoint.safetensors', 'metrics.jsonl']) {
      expect(readFileSync(inFolder('refused', file)).equals(readFileSync(inFolder('run', file)))).toBe(true);
    }
    expect(await runCli(['train', '--resume', '--out', inFolder('refused')])).toMatchObject({ code: 0, stderr: '' });
  });

  test('a start that failed leaves nothing in the way of the corrected command', async () => {
    const calm = inFolder('data', 'calm', 'train');
    mkdirSync(calm, { recursive: true });
    writeFileSync(path.join(calm, '0.csv'), csvSeries(70, false, 1));
    for (const networks of ['', '--seeds 2']) {
      const failed = await train('corrected', `--dataset calm --n-epochs 1 ${networks}`.trim());
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain('expected at least one anomalous window for `train.weakLabel`');
      expect(existsSync(inFolder('corrected'))).toBe(false);
    }
    expect(await train('corrected', '--n-epochs 1')).toMatchObject({ code: 0, stderr: '' });
  });

  test('goes on without a word when nobody reads its lines any more', () => {
    const command = `"$0" "$1" train --dataset bursts --data-dir data --split-size 20 --hidden-size 2 --output-size 2 --n-layers 1 --n-epochs 8 --out unread`;
    const main = path.join(__dirname, '..', '..', 'dist', 'cli', 'main.js');
    const args = ['-c', `${command} | head -n 1`, process.execPath, main];
    const { stdout, stderr } = spawnSync('sh', args, { cwd: folder, encoding: 'utf8' });
    expect(stdout).toMatch(/^bursts: train \d+, .*\n$/);
    expect(stderr).toBe('');
    expect(readJson('unread', 'summary.json').epochs).toBe(8);
  });

  test('does not write into a folder with files in it', async () => {
    const before = readFileSync(inFolder('run', 'summary.json'), 'utf8');
    const { code, stderr } = await train('run', '--n-epochs 1');
    expect(code).toBe(2);
    expect(stderr).toContain(`expected a new or an empty folder for \`--out\` but ${inFolder('run')} has files in it`);
    expect(readFileSync(inFolder('run', 'summary.json'), 'utf8')).toBe(before);
  });

  test('makes no folder where the data set is missing', async () => {
    const { code, stderr } = await train('no-data', '--dataset nothing');
    expect(code).toBe(1);
    expect(stderr).toContain('no folder nothing in this --data-dir; datasets found: bursts');
    expect(existsSync(inFolder('no-data'))).toBe(false);
  });

  test('says that --gpuidx has no effect on a CPU, and goes on', async () => {
    const { code, stderr } = await train('gpu', '--n-epochs 1 --gpuidx 0 --dtw-device cpu');
    expect(stderr).toBe('--gpuidx has no effect, and the CPU computes: WETAS_DEVICE is cpu.\n');
    expect(code).toBe(0);
  });

  test('takes --dtw-device cuda without a GPU for a wrong command line', async () => {
    const { code, stderr } = await train('gpu-demanded', '--dtw-device cuda', {
      env: { WETAS_DEVICE: '', WETAS_PREBUILD: '' },
    });
    expect(stderr).toMatch(/^error: expected auto or cpu, because .*, for `--dtw-device` but received "cuda"$/m);
    expect(code).toBe(2);
    expect(existsSync(inFolder('gpu-demanded'))).toBe(false);
  });

  test('takes a --gpuidx beyond the visible GPUs for a wrong command line', async () => {
    const { code, stderr } = await train('gpu-beyond', '--gpuidx 1', { env: { CUDA_VISIBLE_DEVICES: '3' } });
    expect(stderr).toContain(
      'expected an integer < 1, of the GPUs that CUDA_VISIBLE_DEVICES leaves, for `--gpuidx` but received 1',
    );
    expect(code).toBe(2);
  });

  const lockstep = path.join(__dirname, '..', '..', 'build-lockstep');
  (existsSync(path.join(lockstep, 'build')) ? test : test.skip)(
    'computes soft-DTW on a GPU (one made of the CPU)',
    async () => {
      const lossesOf = async (device: string) => {
        const args = `--n-epochs 2 --dtw-device ${device} --gpuidx 0`;
        const { code, stdout } = await train(`on-${device}`, args, { env: { WETAS_PREBUILD: lockstep } });
        expect(code).toBe(0);
        expect(stdout.includes('lockstep for soft-DTW')).toBe(device === 'cuda');
        const records = readFileSync(inFolder(`on-${device}`, 'metrics.jsonl'), 'utf8')
          .trim()
          .split('\n');
        return records.map((record) => JSON.parse(record).train.loss as number);
      };
      const [onGpu, onCpu] = [await lossesOf('cuda'), await lossesOf('cpu')];
      expect(onGpu).toHaveLength(2);
      onGpu.forEach((loss, epoch) => expect(loss).toBeCloseTo(onCpu[epoch], 4));
    },
  );

  test('runs into ./runs/<dataset>-<time> without --out', async () => {
    mkdirSync(inFolder('cwd'));
    const data = path.relative(inFolder('cwd'), inFolder('data'));
    const small = '--split-size 20 --hidden-size 2 --output-size 2 --n-layers 1 --n-epochs 1';
    const { code } = await runCli(`train --dataset bursts --data-dir ${data} ${small}`.split(' '), {
      cwd: inFolder('cwd'),
    });
    expect(code).toBe(0);
    const runs = readdirSync(inFolder('cwd', 'runs'));
    expect(runs).toEqual([expect.stringMatching(/^bursts-\d{8}-\d{6}$/)]);
    expect(readJson('cwd', 'runs', runs[0], 'settings.json').dataDir).toBe(inFolder('data'));
  });
});

describe('wetas evaluate', () => {
  test('gives the figures that training ended with, as a table and as JSON', async () => {
    const args = [
      'evaluate',
      '--model',
      inFolder('run', 'best'),
      '--dataset',
      'bursts',
      '--data-dir',
      inFolder('data'),
    ];
    const summary = readJson('run', 'summary.json');
    const table = await runCli([...args, '--out', inFolder('figures.json')]);
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/^ +train +valid +test\nloss +0\.\d{4}/);
    // Batches of another size change the last bits of the losses.
    const { weak, dense, denseReal, loss } = summary.test;
    expect(readJson('figures.json')).toMatchObject({ test: { weak, dense, denseReal, loss: expect.closeTo(loss, 6) } });

    const json = await runCli([...args, '--json']);
    expect(JSON.parse(json.stdout)).toEqual(readJson('figures.json'));

    const { stdout } = await runCli([...args, '--json', '--scoring', 'continuous']);
    const continuous = JSON.parse(stdout);
    expect(continuous.scoring).toBe('continuous');
    expect(continuous.test.loss).not.toBe(readJson('figures.json').test.loss);
  });

  test('continuously, of the windows that segment scores: from the first row on', async () => {
    const model = await Wetas.load(inFolder('run', 'best'));
    const [weak, dense] = [new Counts(), new Counts()];
    for (const name of readdirSync(inFolder('data', 'bursts', 'test'))) {
      const series = await readSeries(inFolder('data', 'bursts', 'test', name));
      const { segments, weakScore } = await model.segment(series, { scoring: 'continuous' });
      const found = new Uint8Array(series.length);
      for (const { start, end } of segments) found.fill(1, start, end);
      series.pointLabel!.forEach((label, row) => dense.add(found[row] === 1, label === 1));
      // 70 rows are three windows of 20 and one of 10.
      expect(weakScore).toHaveLength(4);
      weakScore.forEach((score, b) => {
        const label = series.pointLabel!.subarray(20 * b, 20 * b + 20).includes(1);
        weak.add(score >= model.config.globalThreshold, label);
      });
    }
    model.dispose();
    const args = `evaluate --model ${inFolder('run', 'best')} --dataset bursts --data-dir ${inFolder('data')} --json`;
    const { stdout } = await runCli([...args.split(' '), '--scoring', 'continuous']);
    const { test } = JSON.parse(stdout);
    expect(test.denseReal.f1).toBeGreaterThan(0);
    expect(test.denseReal.f1).toBeCloseTo(dense.f1, 12);
    expect(test.weak.f1).toBeCloseTo(weak.f1, 12);
  });
});

describe('wetas segment', () => {
  test('writes segments and scores of every series of a folder, without labels', async () => {
    mkdirSync(inFolder('unlabelled'));
    for (const [name, anomalous] of [
      ['calm', false],
      ['burst', true],
    ] as const) {
      const unlabelled = withoutLabels(csvSeries(70, anomalous, 1));
      writeFileSync(inFolder('unlabelled', `${name}.csv`), unlabelled);
    }
    const args = [
      'segment',
      '--model',
      inFolder('run', 'best'),
      '--input',
      inFolder('unlabelled'),
      '--out',
      inFolder('segments'),
    ];
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^burst\.csv: 70 rows in 4 windows, \d+ segments/m);
    expect(readdirSync(inFolder('segments')).sort()).toEqual(
      ['burst', 'calm'].flatMap((name) => [`${name}.json`, `${name}.scores.csv`, `${name}.segments.csv`]),
    );

    const whole = readJson('segments', 'burst.json');
    const [header, ...rows] = readFileSync(inFolder('segments', 'burst.scores.csv'), 'utf8').trimEnd().split('\n');
    expect(header).toBe('row,denseScore,labelPosterior,label');
    expect(rows.map((row) => row.split(',').map(Number))).toEqual(
      whole.denseScore.map((score: number, row: number) => [row, score, whole.labelPosterior[row], whole.label[row]]),
    );
    expect(rows).toHaveLength(70);
    const [segmentHeader, ...segments] = readFileSync(inFolder('segments', 'burst.segments.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(segmentHeader).toBe('start,end,confidence');
    expect(segments.map((line) => line.split(',').map(Number))).toEqual(
      whole.segments.map(({ start, end, confidence }: Record<string, number>) => [start, end, confidence]),
    );
    expect(segments.length).toBeGreaterThan(0);
    const inSegments = whole.label.map((_: number, row: number) =>
      whole.segments.some(({ start, end }: Record<string, number>) => row >= start && row < end) ? 1 : 0,
    );
    expect(whole.label).toEqual(inSegments);
  });

  test('--scoring continuous gives what the library gives', async () => {
    writeFileSync(inFolder('long.csv'), withoutLabels(csvSeries(70, true, 1)));
    const [model, input, out] = [inFolder('run', 'best'), inFolder('long.csv'), inFolder('continuous')];
    const { code, stdout } = await runCli(
      `segment --model ${model} --input ${input} --out ${out} --scoring continuous`.split(' '),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^long\.csv: 70 rows in 4 windows/);
    const loaded = await Wetas.load(model);
    const { segments, denseScore } = await loaded.segment(await readSeries(input), { scoring: 'continuous' });
    loaded.dispose();
    expect(readJson('continuous', 'long.json').denseScore).toEqual(Array.from(denseScore));
    expect(readJson('continuous', 'long.json').segments).toEqual(segments);
  });

  test.each([
    [
      'other channels',
      'drift,wave\n1,2\n',
      'expected the channels wave, drift, as in training, but received drift, wave',
    ],
    ['fewer, without names', '1\n2\n', 'expected 2, as in training, for `series.channels` but received 1'],
  ])('refuses a series of %s', async (_, csv, message) => {
    writeFileSync(inFolder('other.csv'), csv);
    const args = `segment --model ${inFolder('run', 'best')} --input ${inFolder('other.csv')} --out ${inFolder('none')}`;
    const { code, stderr } = await runCli(args.split(' '));
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

class Counts {
  private both = 0;
  private one = 0;

  add(predicted: boolean, actual: boolean): void {
    if (predicted && actual) this.both++;
    else if (predicted || actual) this.one++;
  }

  get f1(): number {
    return (2 * this.both) / (2 * this.both + this.one);
  }
}
