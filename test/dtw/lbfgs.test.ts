import { minimise } from '../../ts/dtw/lbfgs';

type Objective = (point: Float64Array) => { value: number; gradient: Float64Array };

/** The minimum, and the values in the order of the evaluations. */
function run(objective: Objective, start: number[], options = { maxIterations: 500, tolerance: 0 }) {
  const values: number[] = [];
  // eslint-disable-next-line require-yield
  const evaluate = function* (point: Float64Array): Generator<never, ReturnType<Objective>, void> {
    const result = objective(point);
    values.push(result.value);
    return result;
  };
  const step = minimise(Float64Array.from(start), evaluate, options).next();
  if (!step.done) throw new Error('the objective yields nothing');
  return { ...step.value, values };
}

const rosenbrock: Objective = ([x, y]) => ({
  value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
  gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
});

test("finds the bottom of Rosenbrock's valley, and in fewer evaluations than a steepest descent needs", () => {
  const { point, values } = run(rosenbrock, [-1.2, 1]);
  expect(point[0]).toBeCloseTo(1, 8);
  expect(point[1]).toBeCloseTo(1, 8);
  expect(values.length).toBeLessThan(100);
});

test('solves a badly scaled quadratic', () => {
  const scales = Array.from({ length: 30 }, (_, k) => 10 ** (k / 12));
  const quadratic: Objective = (point) => ({
    value: point.reduce((sum, x, k) => sum + (scales[k] * (x - k) ** 2) / 2, 0),
    gradient: point.map((x, k) => scales[k] * (x - k)),
  });
  const { point } = run(quadratic, new Array(30).fill(100));
  point.forEach((x, k) => expect(x).toBeCloseTo(k, 5));
});

test('copes with a kink', () => {
  const kink: Objective = ([x]) => ({ value: Math.abs(x - 3), gradient: Float64Array.of(Math.sign(x - 3)) });
  expect(run(kink, [10.3]).point[0]).toBeCloseTo(3, 6);
});

test('stops at maxIterations, at the tolerance, and where the gradient is 0 or no number', () => {
  expect(run(rosenbrock, [-1.2, 1], { maxIterations: 0, tolerance: 0 }).values).toHaveLength(1);
  const few = run(rosenbrock, [-1.2, 1], { maxIterations: 3, tolerance: 0 });
  const loose = run(rosenbrock, [-1.2, 1], { maxIterations: 500, tolerance: 0.5 });
  expect(few.value).toBeGreaterThan(1e-3);
  expect(loose.values.length).toBeLessThan(20);
  expect(run(rosenbrock, [1, 1]).values).toHaveLength(1);
  expect(run(rosenbrock, [NaN, 1]).values).toHaveLength(1);
});
