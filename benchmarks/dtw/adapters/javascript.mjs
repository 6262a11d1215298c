// What plain JavaScript can do when it is written for speed: typed arrays, no allocation in a loop, rolling rows where a value is all that is asked for,
// and the shares of the moves kept from the forward pass, so that the backward pass takes no exponential.

export const tasks = {
  softGradientFromCost: ({ cost }, { gamma, stepPattern }) => {
    const soft = new SoftDtw(cost.shape, gamma, stepPattern);
    return {
      call: () => {
        const outputs = { value: new Float64Array(soft.batch), cost: new Float64Array(cost.data.length) };
        soft.eachPair((pair) => {
          outputs.value[pair] = soft.forward(cost.data, pair * soft.cells);
          soft.backward(outputs.cost, pair * soft.cells);
        });
        return outputs;
      },
      results: (outputs) => outputs,
    };
  },
  softValueFromCost: ({ cost }, { gamma, stepPattern }) => {
    const soft = new SoftDtw(cost.shape, gamma, stepPattern);
    return {
      call: () => {
        const value = new Float64Array(soft.batch);
        soft.eachPair((pair) => (value[pair] = soft.forward(cost.data, pair * soft.cells)));
        return value;
      },
      results: (value) => ({ value }),
    };
  },
  softGradient: ({ x, y }, { gamma, wrt }) => {
    const soft = new SoftDtw([x.shape[0], x.shape[1], y.shape[1]], gamma);
    const [cost, E] = [new Float64Array(soft.cells), new Float64Array(soft.cells)];
    return {
      call: () => {
        const outputs = { value: new Float64Array(soft.batch) };
        for (const name of wrt) outputs[name] = new Float64Array({ x, y }[name].data.length);
        soft.eachPair((pair) => {
          squaredEuclidean(x, y, pair, cost);
          outputs.value[pair] = soft.forward(cost, 0);
          soft.backward(E, 0);
          seriesGradients(x, y, pair, E, outputs);
        });
        return outputs;
      },
      results: (outputs) => outputs,
    };
  },
  softLoss: (inputs, parameters) => {
    const { call, results } = tasks.softGradient(inputs, parameters);
    return {
      call,
      results: (outputs) => {
        const { value, ...gradients } = results(outputs);
        return { total: [value.reduce((sum, each) => sum + each, 0)], ...gradients };
      },
    };
  },
  softValue: ({ x, y }, { gamma }) => {
    const soft = new SoftDtw([1, x.shape[1], y.shape[1]], gamma);
    const cost = new Float64Array(soft.cells);
    return {
      call: () => {
        squaredEuclidean(x, y, 0, cost);
        return soft.forward(cost, 0);
      },
      results: (value) => ({ value: [value] }),
    };
  },
  distance: ({ x, y }) => {
    const row = new Float64Array(y.data.length);
    return { call: () => distance(x.data, y.data, row), results: (value) => ({ value: [value] }) };
  },
  path: ({ x, y }) => {
    const row = new Float64Array(y.data.length);
    const moves = new Uint8Array(x.data.length * y.data.length);
    return { call: () => path(x.data, y.data, row, moves), results: (outputs) => outputs };
  },
  pairwise: ({ x: { data, shape } }) => {
    const [count, length] = shape;
    const series = Array.from({ length: count }, (_, p) => data.subarray(p * length, (p + 1) * length));
    const row = new Float64Array(length);
    return {
      call: () => {
        const value = new Float64Array((count * (count - 1)) / 2);
        for (let p = 0, at = 0; p < count; p++) {
          for (let q = p + 1; q < count; q++) value[at++] = distance(series[p], series[q], row);
        }
        return value;
      },
      results: (value) => ({ value }),
    };
  },
};

class SoftDtw {
  constructor([batch, rows, cols], gamma, stepPattern) {
    Object.assign(this, { batch, rows, cols, gamma, cells: rows * cols, threeMoves: stepPattern !== 'stayOrAdvance' });
    this.row = new Float64Array(cols);
    // Which share of a cell came by each move.
    this.stay = new Float64Array(rows * cols);
    this.diagonal = new Float64Array(rows * cols);
    this.advance = new Float64Array(rows * cols);
  }

  eachPair(f) {
    for (let pair = 0; pair < this.batch; pair++) f(pair);
  }

  forward(cost, offset) {
    const { rows, cols, gamma, row, stay, diagonal, advance, threeMoves } = this;
    const inverse = 1 / gamma;
    row.fill(Infinity);
    for (let i = 0, cell = 0; i < rows; i++) {
      let left = Infinity;
      let corner = i === 0 ? 0 : Infinity;
      for (let j = 0; j < cols; j++, cell++) {
        const up = threeMoves ? row[j] : Infinity;
        let least = corner < left ? corner : left;
        if (up < least) least = up;
        let here = Infinity;
        if (least < Infinity) {
          const byCorner = corner === least ? 1 : Math.exp((least - corner) * inverse);
          const byLeft = left === least ? 1 : Math.exp((least - left) * inverse);
          const byUp = up === least ? 1 : Math.exp((least - up) * inverse);
          const sum = byCorner + byLeft + byUp;
          const share = 1 / sum;
          diagonal[cell] = byCorner * share;
          stay[cell] = byLeft * share;
          advance[cell] = byUp * share;
          here = cost[offset + cell] + least - gamma * Math.log(sum);
        } else {
          diagonal[cell] = stay[cell] = advance[cell] = 0;
        }
        corner = row[j];
        row[j] = left = here;
      }
    }
    return row[cols - 1];
  }

  backward(E, offset) {
    const { rows, cols, stay, diagonal, advance } = this;
    for (let i = rows - 1; i >= 0; i--) {
      let right = 0;
      for (let j = cols - 1, cell = i * cols + j; j >= 0; j--, cell--) {
        let expected = i === rows - 1 && j === cols - 1 ? 1 : 0;
        if (j + 1 < cols) expected += right * stay[cell + 1];
        if (i + 1 < rows) {
          const below = cell + cols;
          expected += E[offset + below] * advance[below];
          if (j + 1 < cols) expected += E[offset + below + 1] * diagonal[below + 1];
        }
        E[offset + cell] = right = expected;
      }
    }
  }
}

function squaredEuclidean(x, y, pair, cost) {
  const [, rows, channels] = x.shape;
  const cols = y.shape[1];
  for (let i = 0, cell = 0; i < rows; i++) {
    const ofX = (pair * rows + i) * channels;
    for (let j = 0; j < cols; j++) {
      const ofY = (pair * cols + j) * channels;
      let sum = 0;
      for (let c = 0; c < channels; c++) {
        const difference = x.data[ofX + c] - y.data[ofY + c];
        sum += difference * difference;
      }
      cost[cell++] = sum;
    }
  }
}

function seriesGradients(x, y, pair, E, { x: gx, y: gy }) {
  const [, rows, channels] = x.shape;
  const cols = y.shape[1];
  for (let i = 0, cell = 0; i < rows; i++) {
    const ofX = (pair * rows + i) * channels;
    for (let j = 0; j < cols; j++) {
      const ofY = (pair * cols + j) * channels;
      const twice = 2 * E[cell++];
      for (let c = 0; c < channels; c++) {
        const part = twice * (x.data[ofX + c] - y.data[ofY + c]);
        gx[ofX + c] += part;
        if (gy) gy[ofY + c] -= part;
      }
    }
  }
}

function distance(x, y, row) {
  row.fill(Infinity);
  for (let i = 0; i < x.length; i++) {
    const point = x[i];
    let left = Infinity;
    let corner = i === 0 ? 0 : Infinity;
    for (let j = 0; j < y.length; j++) {
      const up = row[j];
      let least = corner < left ? corner : left;
      if (up < least) least = up;
      const difference = point - y[j];
      corner = up;
      row[j] = left = least + difference * difference;
    }
  }
  return row[y.length - 1];
}

/** moves: 0 diagonal, 1 staying on x, 2 staying on y. */
function path(x, y, row, moves) {
  row.fill(Infinity);
  for (let i = 0, cell = 0; i < x.length; i++) {
    const point = x[i];
    let left = Infinity;
    let corner = i === 0 ? 0 : Infinity;
    for (let j = 0; j < y.length; j++) {
      const up = row[j];
      let least = corner;
      let move = 0;
      if (left < least) {
        least = left;
        move = 1;
      }
      if (up < least) {
        least = up;
        move = 2;
      }
      moves[cell++] = move;
      const difference = point - y[j];
      corner = up;
      row[j] = left = least + difference * difference;
    }
  }
  const backwards = [];
  for (let i = x.length - 1, j = y.length - 1; i >= 0 && j >= 0;) {
    backwards.push(j, i);
    const move = moves[i * y.length + j];
    if (move !== 1) i--;
    if (move !== 2) j--;
  }
  return { value: [row[y.length - 1]], path: Int32Array.from(backwards.reverse()) };
}
