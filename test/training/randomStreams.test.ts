import { dropoutSeed, permutation, randomStreams, restoreRandom } from '../../ts/training/randomStreams';

const draw = (random: { next(): number }) => Array.from({ length: 20 }, () => random.next());

describe('random streams', () => {
  test('depend on the seed and differ from each other', () => {
    const [a, again, b] = [0, 0, 1].map((seed) => {
      const { init, shuffle, dropout } = randomStreams(seed);
      return [init, shuffle, dropout].map(draw);
    });
    expect(again).toEqual(a);
    expect(new Set([...a, ...b].map(String)).size).toBe(6);
  });

  test('go on from a state that went through JSON', () => {
    const { shuffle } = randomStreams(5);
    draw(shuffle);
    const restored = restoreRandom(JSON.parse(JSON.stringify(shuffle.getState())));
    expect(draw(restored)).toEqual(draw(shuffle));
  });
});

describe('permutation', () => {
  test('has every index once, in another order each time', () => {
    const { shuffle } = randomStreams(0);
    const orders = Array.from({ length: 5 }, () => permutation(shuffle, 50));
    for (const order of orders)
      expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(new Set(orders.map(String)).size).toBe(5);
  });

  test('is uniform: each of the 6 orders of 3 comes about as often', () => {
    const { shuffle } = randomStreams(0);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = String(permutation(shuffle, 3));
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Six standard deviations of a binomial count of mean 1000.
    for (const count of counts.values())
      expect(Math.abs(count - 1000)).toBeLessThan(6 * Math.sqrt(6000 * (1 / 6) * (5 / 6)));
  });
});

test('dropout seeds are integers in [0, 2^31)', () => {
  const { dropout } = randomStreams(3);
  const seeds = Array.from({ length: 200 }, () => dropoutSeed(dropout));
  for (const seed of seeds) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31).toBe(true);
  expect(Math.max(...seeds)).toBeGreaterThan(2 ** 30);
});
