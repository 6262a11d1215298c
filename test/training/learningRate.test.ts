import { learningRateAt, type LearningRateSchedule } from '../../ts/training/learningRate';

const stepsPerEpoch = 5;
const run = (schedule: Partial<LearningRateSchedule>, nEpochs = 4) =>
  Array.from({ length: nEpochs * stepsPerEpoch }, (_, i) =>
    learningRateAt(i + 1, stepsPerEpoch, {
      learningRate: 8,
      lrSchedule: 'constant',
      warmupEpochs: 0,
      nEpochs,
      ...schedule,
    }),
  );

test('constant: the same at every step', () => {
  expect(new Set(run({}))).toEqual(new Set([8]));
});

test('the warm-up rises in equal steps and ends at the full rate', () => {
  const rates = run({ warmupEpochs: 0.8 });
  expect(rates.slice(0, 6)).toEqual([2, 4, 6, 8, 8, 8]);
});

test('cosine: starts at the full rate, passes a half in the middle and falls towards 0 at the end', () => {
  const rates = run({ lrSchedule: 'cosine' });
  expect(rates[0]).toBe(8);
  expect(rates[10]).toBeCloseTo(4, 12);
  expect(rates[5]).toBeCloseTo(4 * (1 + Math.SQRT1_2), 12);
  for (let i = 1; i < rates.length; i++) expect(rates[i]).toBeLessThan(rates[i - 1]);
  // What the step behind the last would have is 0.
  expect(rates.at(-1)).toBeCloseTo(4 * (1 - Math.cos(Math.PI / 20)), 12);
});

test('cosine with warm-up: the fall takes what the warm-up leaves', () => {
  const rates = run({ lrSchedule: 'cosine', warmupEpochs: 2 });
  expect(rates.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, i) => (8 * (i + 1)) / 10));
  expect(rates[10]).toBe(8);
  expect(rates[15]).toBeCloseTo(4, 12);
});

test('a warm-up longer than the training only rises', () => {
  const rates = run({ lrSchedule: 'cosine', warmupEpochs: 8 });
  expect(rates.at(-1)).toBe(4);
  for (let i = 1; i < rates.length; i++) expect(rates[i]).toBeGreaterThan(rates[i - 1]);
});
