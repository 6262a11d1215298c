import { meanProbability } from '../../ts/model/ensemble';

const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));

test('the score is the mean of the probabilities, the logit is its own', () => {
  const { logit, score } = meanProbability([Float32Array.of(0, 2, -1), Float32Array.of(1, -2, 3)]);
  [
    [0, 1],
    [2, -2],
    [-1, 3],
  ].forEach(([a, b], i) => {
    const mean = (sigmoid(a) + sigmoid(b)) / 2;
    expect(score[i]).toBeCloseTo(mean, 7);
    expect(logit[i]).toBeCloseTo(Math.log(mean / (1 - mean)), 6);
  });
});

test('logits far from 0 keep their digits', () => {
  const { logit } = meanProbability([Float32Array.of(60, -60), Float32Array.of(61, -61)]);
  const expected = 60 - Math.log((1 + Math.exp(-1)) / 2);
  expect(logit[0]).toBeCloseTo(expected, 5);
  expect(logit[1]).toBeCloseTo(-expected, 5);
});

test('equal members say together what each says', () => {
  const one = Float32Array.of(-30, -1, 0, 0.25, 17);
  const { logit } = meanProbability([one, one, one]);
  one.forEach((value, i) => expect(logit[i]).toBeCloseTo(value, 5));
});
