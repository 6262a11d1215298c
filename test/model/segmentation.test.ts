import fc from 'fast-check';
import { activationMap } from '../../ts/model/activationMap';
import { completeConfig } from '../../ts/model/config';
import { denseLabels, labelPosterior, toSegments } from '../../ts/model/segmentation';
import { sequentialLabel } from '../../ts/model/sequentialLabel';
import * as oracle from '../oracle/wetas';

/** Windows of 9 timesteps, the first of them padding. */
const windows = fc.array(
  fc.record({
    logit: fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 9, maxLength: 9 }),
    gate: fc.constantFrom(0, 1),
    length: fc.integer({ min: 1, max: 9 }),
  }),
  { minLength: 1, maxLength: 3 },
);
const config = completeConfig({ channels: 1, splitSize: 9, granularity: 3, gamma: 0.3 });

function input(all: { logit: number[]; gate: number; length: number }[]) {
  return {
    denseLogit: Float32Array.from(all.flatMap(({ logit }) => logit)),
    weakPrediction: all.map(({ gate }) => gate),
    shape: [all.length, 9] as const,
    mask: Float32Array.from(
      all.flatMap(({ length }) => Array.from({ length: 9 }, (_, t) => (t >= 9 - length ? 1 : 0))),
    ),
    config,
  };
}

it('agrees with the oracle: map, sequential label, segmentation and posterior', () => {
  fc.assert(
    fc.property(windows, (all) => {
      const { denseLogit, weakPrediction, shape, mask } = input(all);
      const map = activationMap(denseLogit, shape, mask);
      const label = sequentialLabel(map, weakPrediction, shape, config);
      const labels = denseLabels(input(all));
      const posterior = labelPosterior(input(all));
      all.forEach(({ gate, length }, b) => {
        const logit = Array.from(denseLogit.subarray(9 * b, 9 * b + 9));
        const valid = logit.map((_, t) => t >= 9 - length);
        const expectedMap = oracle.activationMap(logit, valid).map(Math.fround);
        expect(Array.from(map.subarray(9 * b, 9 * b + 9))).toEqual(expectedMap);
        expect(Array.from(label.subarray(5 * b, 5 * b + 5))).toEqual(oracle.sequentialLabel(expectedMap, gate, config));
        const expected = oracle.segmentation(logit, gate, valid, config);
        for (let t = 0; t < 9; t++) expect(posterior[9 * b + t]).toBeCloseTo(expected.posterior[t], 5);
        // Of equally cheap labellings any will do.
        expect(expected.costOf(Array.from(labels.subarray(9 * b, 9 * b + 9)))).toBeCloseTo(expected.least, 6);
      });
    }),
  );
});

describe('activationMap', () => {
  it('is 0 where all logits of a window are equal, and leaves padding out of minimum and maximum', () => {
    const shape = [2, 3] as const;
    const logits = Float32Array.of(5, 5, 5, -9, 1, 3);
    expect([...activationMap(logits, shape)]).toEqual([0, 0, 0, 0, Math.fround(10 / 12), 1]);
    expect([...activationMap(logits, shape, Float32Array.of(1, 1, 1, 0, 1, 1))]).toEqual([0, 0, 0, 0, 0, 1]);
  });
});

describe('sequentialLabel', () => {
  it('puts the padding in front, a full granularity where it divides the window', () => {
    const at = (length: number, t: number) => {
      const map = new Float32Array(length);
      map[t] = 1;
      return sequentialLabel(map, [1], [1, length], { granularity: 2, localThreshold: 0.3 }).join('');
    };
    // 4 + 2 timesteps in pieces of 3: the first piece has one real timestep.
    expect([0, 1, 2, 3].map((t) => at(4, t))).toEqual(['0100', '0010', '0010', '0010']);
    // 5 + 1 timesteps in pieces of 3.
    expect([0, 1, 2, 3, 4].map((t) => at(5, t))).toEqual(['0100', '0100', '0010', '0010', '0010']);
  });

  it('counts from the threshold on', () => {
    const options = { granularity: 1, localThreshold: 0.5 };
    const map = Float32Array.of(0.5, Math.fround(0.4999999));
    expect([...sequentialLabel(map, [1, 1], [2, 1], options)]).toEqual([0, 1, 0, 0, 0, 0]);
  });
});

describe('segmentation', () => {
  it('labels nothing in windows predicted normal, which may stand among more than are aligned at a time', () => {
    const hot = [-4, -4, -4, 4, 4, 4, -4, -4, -4];
    const all = Array.from({ length: 200 }, (_, b) => ({ logit: hot, gate: b % 2, length: 9 }));
    const labels = denseLabels(input(all));
    const posterior = labelPosterior(input(all));
    for (let b = 0; b < 200; b++) {
      expect(labels.subarray(9 * b, 9 * b + 9).join('')).toBe(b % 2 ? '000111000' : '000000000');
      expect(posterior[9 * b + 4]).toBeCloseTo(b % 2, 3);
    }
  });
});

describe('denseLabels', () => {
  it('are 0 at padding, though the alignment may start in it', () => {
    fc.assert(
      fc.property(windows, (all) => {
        const labels = denseLabels(input(all));
        input(all).mask.forEach((real, i) => real === 1 || expect(labels[i]).toBe(0));
      }),
    );
  });
});

describe('toSegments', () => {
  it('makes one segment of each run, its confidence the mean posterior', () => {
    const labels = Uint8Array.of(1, 1, 0, 1, 0, 0, 1, 1);
    const posterior = Float32Array.of(1, 0.5, 0.9, 0.25, 0, 0, 0.5, 0.75);
    expect(toSegments(labels, posterior)).toEqual([
      { start: 0, end: 2, confidence: 0.75 },
      { start: 3, end: 4, confidence: 0.25 },
      { start: 6, end: 8, confidence: 0.625 },
    ]);
  });

  it('finds none where there is none', () => {
    expect(toSegments(new Uint8Array(5), new Float32Array(5))).toEqual([]);
  });
});
