import { chooseWindows } from '../../ts/report/chooseWindows';

/** n windows of 2 timesteps and 2 channels; window i holds the values 10 i + 0 ... 3 and has the weak score given. */
function scored(
  weakScore: number[],
  weakLabel: number[],
  more: { lengths?: number[]; names?: string[]; denseLabel?: Uint8Array } = {},
) {
  const n = weakScore.length;
  return {
    windows: {
      data: Float32Array.from({ length: 4 * n }, (_, i) => 10 * Math.floor(i / 4) + (i % 4)),
      shape: [n, 2, 2] as const,
      weakLabel: Uint8Array.from(weakLabel),
      ...more,
    },
    weakScore,
    denseScore: Float32Array.from({ length: 2 * n }, (_, i) => i / 16),
    segmentLabel: Uint8Array.from({ length: 2 * n }, (_, i) => i % 2),
    threshold: 0.5,
  };
}

describe('chooseWindows', () => {
  test('tells hit, miss, false alarm and normal by weak label and score; the threshold itself is anomalous', () => {
    const chosen = chooseWindows(scored([0.5, 0.4, 0.9, 0.1], [1, 1, 0, 0]));
    expect(chosen.map(({ kind, weakScore }) => [kind, weakScore])).toEqual([
      ['hit', 0.5],
      ['miss', 0.4],
      ['false alarm', 0.9],
      ['normal', 0.1],
    ]);
  });

  test('spreads its choice over the scores of a kind, highest and lowest included', () => {
    const scores = [0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57];
    const chosen = chooseWindows(
      scored(
        scores,
        scores.map(() => 1),
      ),
    );
    expect(chosen.map(({ weakScore }) => weakScore)).toEqual([0.57, 0.55, 0.53, 0.51]);
  });

  test('cuts a window out: channels apart, rows counted per series without its padding', () => {
    const names = ['a', 'a', 'b', 'b'];
    const denseLabel = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 1]);
    const chosen = chooseWindows(
      scored([0.1, 0.1, 0.1, 0.9], [0, 0, 0, 1], { lengths: [1, 2, 1, 2], names, denseLabel }),
    );
    expect(chosen[0]).toEqual({
      name: 'b',
      kind: 'hit',
      firstRow: 1,
      lastRow: 3,
      padding: 0,
      weakScore: 0.9,
      threshold: 0.5,
      channels: [
        [30, 32],
        [31, 33],
      ],
      denseScore: [0.375, 0.4375],
      segmentLabel: [0, 1],
      trueLabel: [0, 1],
    });
    expect(chosen[1]).toMatchObject({ kind: 'normal', firstRow: 0, lastRow: 1, padding: 1 });
  });
});
