import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { makeWindows, readSeries, type Windows } from '../../ts/data';
import { completeConfig } from '../../ts/model/config';
import { useBackend } from '../../ts/tfjs';
import { train } from '../../ts/training/trainer';
import { tinyOptions } from './tinyRun';

const emg = path.join(__dirname, '..', '..', '..', 'shared', 'data', 'EMG');
const describeWithEmg = existsSync(emg) ? describe : describe.skip;

/** The windows of the first recordings of a split: enough for this, and quick to read. */
async function firstRecordings(split: string): Promise<Windows> {
  const files = readdirSync(path.join(emg, split)).sort().slice(0, 10);
  const series = await Promise.all(files.map((file) => readSeries(path.join(emg, split, file))));
  return makeWindows(series, 500, { padding: 'masked', scaler: { kind: 'file' } });
}

describeWithEmg('EMG, some recordings and a small network', () => {
  beforeAll(() => useBackend('native'));

  async function weightsAfterTwoEpochs(training: Windows, validation: Windows): Promise<Buffer[]> {
    const config = completeConfig({ channels: 8, hiddenSize: 4, outputSize: 4, scaler: { kind: 'file' } });
    const options = { train: training, validation, test: undefined, config, batchSize: 32, nEpochs: 2 };
    const { model } = await train(tinyOptions(options));
    const weights = [...model.weights().values()].map(({ data }) => Buffer.from(data.buffer));
    model.dispose();
    return weights;
  }

  test('the point labels of train and valid change no bit of the weights; a weak label does', async () => {
    const labelled = [await firstRecordings('train'), await firstRecordings('valid')] as const;
    expect(labelled.every(({ denseLabel }) => denseLabel?.includes(1))).toBe(true);
    const withPoints = await weightsAfterTwoEpochs(...labelled);
    const [training, validation] = labelled.map(({ denseLabel: _, ...windows }): Windows => windows);
    expect(await weightsAfterTwoEpochs(training, validation)).toEqual(withPoints);

    const weakLabel = training.weakLabel!.map((label, window) => (window === 0 ? 1 - label : label));
    expect(await weightsAfterTwoEpochs({ ...training, weakLabel }, validation)).not.toEqual(withPoints);
  });
});
