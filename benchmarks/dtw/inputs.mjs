// The data of a trial: the same numbers at every run, all of them float32 numbers, so that every contestant computes from the same.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

/** The inputs by name: { data: Float64Array, shape }. Normal random numbers; costs are their squared differences. */
export function makeInputs({ data, shape, channels, count, length }) {
  if (data === 'set') return { x: { data: normal(1, count * length), shape: [count, length] } };
  const [batch, rows, cols] = shape;
  const x = { data: normal(1, batch * rows * channels), shape: [batch, rows, channels] };
  const y = { data: normal(2, batch * cols * channels), shape: [batch, cols, channels] };
  if (data === 'series') return { x, y };
  return { cost: { data: squaredDifferences(x.data, y.data, shape).map(Math.fround), shape } };
}

function squaredDifferences(x, y, [batch, rows, cols]) {
  const cost = new Float64Array(batch * rows * cols);
  for (let b = 0, cell = 0; b < batch; b++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) cost[cell++] = (x[b * rows + i] - y[b * cols + j]) ** 2;
    }
  }
  return cost;
}

function normal(seed, count) {
  const random = mersenne(seed);
  return Float64Array.from({ length: count }, () =>
    Math.fround(Math.sqrt(-2 * Math.log(1 - uniformFloat64(random))) * Math.cos(2 * Math.PI * uniformFloat64(random))),
  );
}
