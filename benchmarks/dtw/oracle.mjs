// What every result is checked against before it is timed: float64, one obvious loop over the cells each (Cuturi & Blondel 2017, algorithms 1 and 2;
// Sakoe & Chiba 1978). It shares nothing with the contestants.

/** The right outputs of a task, by name. */
export const oracle = {
  softGradientFromCost: ({ cost }, { gamma, stepPattern }) => {
    const pairs = eachPair(cost, (pair, rows, cols) => softDtw(pair, rows, cols, gamma, stepPattern));
    return { value: pairs.map(({ value }) => value), cost: concatenate(pairs.map(({ E }) => E)) };
  },
  softValueFromCost: (inputs, parameters) => ({ value: oracle.softGradientFromCost(inputs, parameters).value }),
  softGradient: ({ x, y }, { gamma, wrt }) => {
    const cost = squaredEuclidean(x, y);
    const soft = oracle.softGradientFromCost({ cost }, { gamma });
    const gradients = seriesGradients(x, y, soft.cost);
    return { value: soft.value, ...Object.fromEntries(wrt.map((name) => [name, gradients[name]])) };
  },
  softLoss: (inputs, parameters) => {
    const { value, ...gradients } = oracle.softGradient(inputs, parameters);
    return { total: [value.reduce((sum, each) => sum + each, 0)], ...gradients };
  },
  softValue: ({ x, y }, parameters) => oracle.softValueFromCost({ cost: squaredEuclidean(x, y) }, parameters),
  distance: ({ x, y }) => ({ value: eachPair(squaredEuclidean(x, y), hardDtw) }),
  // A path is judged by its cost: there may be several best ones.
  path: (inputs) => {
    const { value } = oracle.distance(inputs);
    return { value, path: value };
  },
  pairwise: ({ x: { data, shape } }) => {
    const [count, length] = shape;
    const series = (p) => ({ data: data.subarray(p * length, (p + 1) * length), shape: [1, length, 1] });
    const value = [];
    for (let p = 0; p < count; p++) {
      for (let q = p + 1; q < count; q++) {
        // A large set is checked at some of its pairs only: all of them would take longer than the race.
        const checked = count <= 200 || (p + 31 * q) % 101 === 0;
        value.push(checked ? hardDtw(squaredEuclidean(series(p), series(q)).data, length, length) : undefined);
      }
    }
    return { value };
  },
};

export function squaredEuclidean(x, y) {
  const [batch, rows, channels] = x.shape;
  const cols = y.shape[1];
  const data = new Float64Array(batch * rows * cols);
  for (let b = 0, cell = 0; b < batch; b++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++, cell++) {
        for (let c = 0; c < channels; c++) {
          data[cell] += (x.data[(b * rows + i) * channels + c] - y.data[(b * cols + j) * channels + c]) ** 2;
        }
      }
    }
  }
  return { data, shape: [batch, rows, cols] };
}

function seriesGradients(x, y, E) {
  const [batch, rows, channels] = x.shape;
  const cols = y.shape[1];
  const gradients = { x: new Float64Array(x.data.length), y: new Float64Array(y.data.length) };
  for (let b = 0, cell = 0; b < batch; b++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++, cell++) {
        for (let c = 0; c < channels; c++) {
          const [atX, atY] = [(b * rows + i) * channels + c, (b * cols + j) * channels + c];
          const part = 2 * E[cell] * (x.data[atX] - y.data[atY]);
          gradients.x[atX] += part;
          gradients.y[atY] -= part;
        }
      }
    }
  }
  return gradients;
}

/** r and E have a border of one cell: r before the first row and column, E after the last. */
function softDtw(cost, rows, cols, gamma, stepPattern) {
  const width = cols + 1;
  const up = stepPattern === 'stayOrAdvance' ? Infinity : 0;
  const r = new Float64Array((rows + 1) * width).fill(Infinity);
  r[0] = 0;
  for (let i = 1; i <= rows; i++) {
    for (let j = 1; j <= cols; j++) {
      const at = i * width + j;
      const [diagonal, stay, advance] = [r[at - width - 1], r[at - 1], r[at - width] + up];
      const least = Math.min(diagonal, stay, advance);
      if (least === Infinity) continue;
      const sum =
        Math.exp((least - diagonal) / gamma) + Math.exp((least - stay) / gamma) + Math.exp((least - advance) / gamma);
      r[at] = cost[(i - 1) * cols + j - 1] + least - gamma * Math.log(sum);
    }
  }

  const E = new Float64Array(rows * cols);
  E[rows * cols - 1] = 1;
  const share = (i, j, nextI, nextJ) => {
    if (nextI >= rows || nextJ >= cols) return 0;
    const [here, there] = [r[(i + 1) * width + j + 1], r[(nextI + 1) * width + nextJ + 1]];
    return E[nextI * cols + nextJ] * Math.exp((there - cost[nextI * cols + nextJ] - here) / gamma);
  };
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = cols - 1; j >= 0; j--) {
      if ((i === rows - 1 && j === cols - 1) || r[(i + 1) * width + j + 1] === Infinity) continue;
      E[i * cols + j] = share(i, j, i, j + 1) + share(i, j, i + 1, j + 1) + (up === 0 ? share(i, j, i + 1, j) : 0);
    }
  }
  return { value: r[rows * width + cols], E };
}

function hardDtw(cost, rows, cols) {
  const width = cols + 1;
  const r = new Float64Array((rows + 1) * width).fill(Infinity);
  r[0] = 0;
  for (let i = 1; i <= rows; i++) {
    for (let j = 1; j <= cols; j++) {
      const at = i * width + j;
      r[at] = cost[(i - 1) * cols + j - 1] + Math.min(r[at - width - 1], r[at - 1], r[at - width]);
    }
  }
  return r[rows * width + cols];
}

function eachPair({ data, shape: [batch, rows, cols] }, f) {
  return Array.from({ length: batch }, (_, b) => f(data.subarray(b * rows * cols, (b + 1) * rows * cols), rows, cols));
}

function concatenate(arrays) {
  const all = new Float64Array(arrays.length * arrays[0].length);
  arrays.forEach((array, index) => all.set(array, index * array.length));
  return all;
}
