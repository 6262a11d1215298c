import fc from 'fast-check';
import { costMatrix, dtw, insideBand, seriesGradients, type Band, type PointCost } from './dtw';
import { dtwByEnumeration, pathCost, type PathRules } from './enumeratePaths';

const bands: fc.Arbitrary<Band> = fc.constantFrom(
  undefined,
  { radius: 0 },
  { radius: 1 },
  { radius: 2 },
  { slope: 1 },
  { slope: 1.5 },
  { slope: 3 },
);

test('values and expected alignments are those of all paths enumerated, with every option', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }).chain((rows) =>
        fc.integer({ min: 1, max: 5 }).chain((cols) =>
          fc.record({
            cost: fc.array(
              fc.array(
                fc.oneof({ weight: 9, arbitrary: fc.double({ min: -3, max: 5, noNaN: true }) }, fc.constant(Infinity)),
                {
                  minLength: cols,
                  maxLength: cols,
                },
              ),
              { minLength: rows, maxLength: rows },
            ),
            band: bands,
            moves: fc.constantFrom('symmetric1' as const, 'stayOrAdvance' as const),
            openStart: fc.boolean(),
            openEnd: fc.boolean(),
            stepPenalty: fc.constantFrom(0, 0.3, 2),
            gamma: fc.constantFrom(0.1, 1, 10),
          }),
        ),
      ),
      ({ cost, band, gamma, ...given }) => {
        const [rows, cols] = [cost.length, cost[0].length];
        const rules: PathRules = { ...given, allowed: insideBand(rows, cols, band) };
        const reference = dtwByEnumeration(cost.flat(), rows, cols, rules, gamma);
        const soft = dtw(cost, rules, gamma);
        const hard = dtw(cost, rules, 0);
        expectClose(soft.value, reference.soft);
        expectClose(hard.value, reference.hard);
        soft.expected.flat().forEach((share, cell) => expectClose(share, reference.expected[cell]));
        if (Number.isFinite(hard.value))
          expectClose(pathCost(hard.path, cost.flat(), cols, rules.stepPenalty), hard.value);
      },
    ),
    { numRuns: 500 },
  );
});

test('ties take the diagonal, then stay on the row', () => {
  const flat = (rows: number, cols: number) => Array.from({ length: rows }, () => new Array<number>(cols).fill(0));
  expect(dtw(flat(2, 4), { moves: 'symmetric1' }, 0).path).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 3],
  ]);
});

test('the Sakoe-Chiba band is |i-j| <= radius on squares, and follows the diagonal elsewhere', () => {
  const inside = insideBand(7, 7, { radius: 2 });
  for (let i = 0; i < 7; i++) for (let j = 0; j < 7; j++) expect(inside(i, j)).toBe(Math.abs(i - j) <= 2);
  expect(drawn(3, 5, { radius: 0 })).toEqual(['##...', '.###.', '...##']);
  expect(drawn(5, 3, { radius: 0 })).toEqual(['#..', '##.', '.#.', '.##', '..#']);
});

test('the Itakura parallelogram is that of tslearn 0.10', () => {
  // itakura_mask(6, 6, max_slope=3) and, of unequal sizes, itakura_mask(4, 7, max_slope=2), itakura_mask(9, 6, max_slope=2.5) of tslearn 0.10.0
  expect(drawn(6, 6, { slope: 3 })).toEqual(['#.....', '.###..', '.####.', '.####.', '..###.', '.....#']);
  expect(drawn(4, 7, { slope: 2 })).toEqual(['#......', '.###...', '...###.', '......#']);
  expect(drawn(9, 6, { slope: 2.5 })).toEqual([
    '#.....',
    '.#....',
    '.###..',
    '.###..',
    '..##..',
    '..###.',
    '..###.',
    '....#.',
    '.....#',
  ]);
});

test('point costs by hand', () => {
  const [x, y] = [
    [[3, 4]],
    [
      [0, 0],
      [4, 3],
    ],
  ];
  expect(costMatrix('squaredEuclidean', x, y)).toEqual([[25, 2]]);
  expect(costMatrix('euclidean', x, y)).toEqual([[5, Math.SQRT2]]);
  expect(costMatrix('absolute', x, y)).toEqual([[7, 2]]);
  expectClose(costMatrix('cosine', x, y)[0][1], 1 - 24 / 25);
  expect(costMatrix('cosine', x, y)[0][0]).toBe(1);
  expectClose(costMatrix('binaryCrossEntropy', [[1], [0]], [[0.25]])[0][0], Math.log(4));
  expectClose(costMatrix('binaryCrossEntropy', [[0]], [[0.25]])[0][0], -Math.log(0.75));
});

test.each<PointCost>(['squaredEuclidean', 'euclidean', 'absolute', 'cosine', 'binaryCrossEntropy'])(
  'gradients of series are the numeric ones: %s',
  (kind) => {
    const x = [
      [0.2, 0.9],
      [0.6, 0.35],
      [0.8, 0.1],
    ];
    const y = [
      [0.3, 0.7],
      [0.15, 0.45],
    ];
    const value = () => dtw(costMatrix(kind, x, y), { moves: 'symmetric1', stepPenalty: 0.1 }, 0.5).value;
    const { expected } = dtw(costMatrix(kind, x, y), { moves: 'symmetric1', stepPenalty: 0.1 }, 0.5);
    const gradients = seriesGradients(kind, x, y, expected);
    for (const [points, gradient] of [
      [x, gradients.x],
      [y, gradients.y],
    ]) {
      points.forEach((point, i) =>
        point.forEach((kept, c) => {
          point[c] = kept + 1e-6;
          const above = value();
          point[c] = kept - 1e-6;
          const below = value();
          point[c] = kept;
          expect(Math.abs(gradient[i][c] - (above - below) / 2e-6)).toBeLessThan(1e-8);
        }),
      );
    }
  },
);

function drawn(rows: number, cols: number, band: Band): string[] {
  const inside = insideBand(rows, cols, band);
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: cols }, (__, j) => (inside(i, j) ? '#' : '.')).join(''),
  );
}

function expectClose(actual: number, expected: number): void {
  if (Number.isFinite(expected))
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-10 * (1 + Math.abs(expected)));
  else expect(actual).toBe(expected);
}
