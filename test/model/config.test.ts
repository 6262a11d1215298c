import { completeConfig, defaultConfig, parseConfig } from '../../ts/model/config';

describe('completeConfig', () => {
  it('fills in the defaults, those of the kernel by context', () => {
    const causal = { kernelSize: 2, dilationBase: 2, context: 'causal', hiddenSize: 128, splitSize: 500 };
    expect(completeConfig({ channels: 8 })).toMatchObject({ ...causal, channels: 8, formatVersion: 1 });
    expect(completeConfig({ channels: 8, kernelSize: 5 })).toMatchObject({ kernelSize: 5, dilationBase: 5 });
    const centred = { channels: 8, context: 'centred' } as const;
    expect(completeConfig(centred)).toMatchObject({ kernelSize: 3, dilationBase: 2 });
    expect(completeConfig({ ...centred, kernelSize: 5 })).toMatchObject({ kernelSize: 5, dilationBase: 2 });
    expect(completeConfig({ channels: 8, kernelSize: 3, dilationBase: 1 })).toMatchObject({ dilationBase: 1 });
  });

  it('gives an ensemble the version that readers of single networks refuse', () => {
    expect(completeConfig({ channels: 8, members: 3 })).toMatchObject({ formatVersion: 2, members: 3 });
  });

  it('takes undefined for absent', () => {
    const config = completeConfig({ channels: 8, gamma: undefined, kernelSize: undefined });
    expect(config).toEqual(completeConfig({ channels: 8 }));
  });

  it('knows two presets', () => {
    expect(defaultConfig('default')).toMatchObject({ alignment: 'paper', padding: 'masked' });
    expect(defaultConfig('reference')).toMatchObject({ alignment: 'reference', padding: 'reference' });
    expect(completeConfig({ channels: 1 }, 'reference')).toMatchObject({ alignment: 'reference' });
  });

  it('takes a config of before there was a choice of precision for float32', () => {
    const { precision: _, ...older } = completeConfig({ channels: 8 });
    expect(parseConfig(older)).toEqual({ ...older, precision: 'float32' });
    expect(completeConfig({ channels: 8, precision: 'bf16' })).toMatchObject({ precision: 'bf16' });
  });

  it('survives JSON', () => {
    const scaler = { kind: 'train', mean: [0, 1], standardDeviation: [1, 2] } as const;
    const config = completeConfig({ channels: 2, scaler: { ...scaler, mean: [0, 1], standardDeviation: [1, 2] } });
    expect(parseConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });
});

describe('errors are one sentence naming the field', () => {
  const wrong: [object, ErrorConstructor, string | RegExp][] = [
    [{ channels: undefined }, TypeError, 'expected an integer >= 1 for `channels` but received undefined'],
    [{ channels: '8' }, TypeError, 'expected an integer >= 1 for `channels` but received "8"'],
    [{ channels: 1.5 }, RangeError, 'expected an integer >= 1 for `channels` but received 1.5'],
    [{ hiddenSize: 0 }, RangeError, 'expected an integer >= 1 for `hiddenSize` but received 0'],
    [{ gamma: 0 }, RangeError, 'expected a number > 0 for `gamma` but received 0'],
    [{ gamma: NaN }, RangeError, 'expected a number > 0 for `gamma` but received NaN'],
    [{ globalThreshold: Infinity }, RangeError, 'expected a finite number for `globalThreshold` but received Infinity'],
    [{ dropout: 1 }, RangeError, 'expected a number in [0, 1) for `dropout` but received 1'],
    [{ localThreshold: 0 }, RangeError, 'expected a number in (0, 1] for `localThreshold` but received 0'],
    [{ context: 'both' }, RangeError, "expected 'causal' or 'centred' for `context` but received \"both\""],
    [{ precision: 'fp16' }, RangeError, "expected 'float32' or 'bf16' for `precision` but received \"fp16\""],
    [
      { formatVersion: 3 },
      RangeError,
      'expected 1 or 2 (a later version of wetas writes later formats) for `formatVersion` but received 3',
    ],
    [{ formatVersion: 2 }, RangeError, 'expected 1 without and 2 with `members` for `formatVersion` but received 2'],
    [{ formatVersion: 1, members: 2 }, RangeError, 'without and 2 with `members` for `formatVersion` but received 1'],
    [{ members: 1 }, RangeError, 'expected an integer >= 2 for `members` but received 1'],
    [{ granularity: 499 }, RangeError, 'expected an integer <= splitSize - 2 = 498 for `granularity` but received 499'],
    [
      { context: 'centred', kernelSize: 4 },
      RangeError,
      'expected an odd number in centred context for `kernelSize` but received 4',
    ],
    [
      { nLayers: 32 },
      RangeError,
      'expected (kernelSize - 1) * dilationBase^(nLayers - 1) < 2^31 for `nLayers` but received 32',
    ],
    [
      { scaler: { kind: 'row' } },
      RangeError,
      "expected { kind: 'file' }, { kind: 'none' } or { kind: 'train', mean, standardDeviation } for `scaler.kind` but received",
    ],
    [
      { scaler: { kind: 'train', mean: [0], standardDeviation: [1] } },
      RangeError,
      'expected 2 numbers, one per channel, for `scaler.mean` but received [0]',
    ],
    [{ channelNames: ['a'] }, RangeError, 'expected 2 names, one per channel, for `channelNames` but received ["a"]'],
    [{ hidenSize: 8 }, RangeError, /^expected one of formatVersion, .* for `config` but received "hidenSize"$/],
  ];

  it.each(wrong)('%j', (change, kind, message) => {
    const complete = () => completeConfig({ channels: 2, ...change });
    expect(complete).toThrow(kind);
    expect(complete).toThrow(message);
  });

  it('where the config is no object', () => {
    expect(() => parseConfig(null)).toThrow(new TypeError('expected an object for `config` but received null'));
  });
});
