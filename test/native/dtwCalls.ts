import type { CostPairs, DtwBinding, FloatArray, SeriesPairs, WarpingPaths } from '../../ts/native/NativeBinding';
import { uniform } from './arrays';

/** Good arguments of one function of DtwBinding; the last `outputs` of them are the arrays that it fills. */
export interface DtwCall {
  name: keyof DtwBinding;
  inputs: unknown[];
  outputs: (FloatArray | Int32Array)[];
}

const everyPath: WarpingPaths = [0, 0, 0, false, false, 0];
const banded: WarpingPaths = [0, 1, 3, true, true, 0.25];

/** A call of every function, with every output, of ragged pairs where it takes them. */
export function dtwCalls(Float: Float32ArrayConstructor | Float64ArrayConstructor, seed = 1): DtwCall[] {
  const [batch, rows, cols, channels] = [3, 11, 14, 2];
  const x = Float.from(uniform(batch * rows * channels, seed));
  const y = Float.from(uniform(batch * cols * channels, seed + 1));
  const cost = Float.from(uniform(batch * rows * cols, seed + 2).map((each) => each + 1));
  const direction = Float.from(uniform(cost.length, seed + 3));
  const xLengths = Int32Array.of(11, 7, 1);
  const yLengths = Int32Array.of(9, 14, 2);
  const sizes = Int32Array.of(11, 9, 7, 14, 1, 2);

  const matched: SeriesPairs = [0, batch, rows, batch, cols, channels, 0, x, y, xLengths, yLengths];
  const all: SeriesPairs = [1, batch, rows, batch, cols, channels, 1, x, y, xLengths, null];
  const condensed: SeriesPairs = [2, batch, rows, batch, rows, channels, 2, x, x, xLengths, xLengths];
  const one: SeriesPairs = [0, 1, rows, 1, cols, channels, 0, x.slice(0, 22), y.slice(0, 28), null, null];
  const costs: CostPairs = [batch, rows, cols, cost, sizes];

  const floats = (length: number) => new Float(length);
  const integers = (length: number) => new Int32Array(length);
  const paths = () => [floats(batch), integers(batch * (rows + cols - 1) * 2), integers(batch)];
  return [
    {
      name: 'softDtw',
      inputs: [...matched, ...banded, 0.5, 0],
      outputs: [floats(batch), floats(x.length), floats(y.length), floats(cost.length)],
    },
    { name: 'softDtw', inputs: [...all, ...everyPath, 1, 0], outputs: [floats(batch * batch)] },
    { name: 'softDtw', inputs: [...condensed, ...everyPath, 1, 0], outputs: [floats((batch * (batch - 1)) / 2)] },
    { name: 'softDtwFromCost', inputs: [...costs, ...banded, 0.1, 1], outputs: [floats(batch), floats(cost.length)] },
    { name: 'accumulatedCost', inputs: [...one, ...everyPath, 0], outputs: [floats(rows * cols)] },
    { name: 'softDtwHessianProduct', inputs: [...costs, ...everyPath, 1, direction], outputs: [floats(cost.length)] },
    { name: 'hardDtw', inputs: [...matched, ...everyPath, Infinity, 0], outputs: paths() },
    { name: 'hardDtw', inputs: [...all, ...banded, Infinity, 0], outputs: [floats(batch * batch)] },
    { name: 'hardDtw', inputs: [...condensed, ...banded, 2, 0], outputs: [floats((batch * (batch - 1)) / 2)] },
    { name: 'hardDtwFromCost', inputs: [...costs, ...everyPath, Infinity, 1], outputs: paths() },
    { name: 'dtwAlign', inputs: [...costs, 0], outputs: [floats(batch), integers(batch * cols)] },
    { name: 'subsequence', inputs: [...one, ...everyPath], outputs: [floats(1), integers(2)] },
    { name: 'nearest', inputs: [...all, ...everyPath, 2], outputs: [integers(batch * 2), floats(batch * 2)] },
    { name: 'squareRoots', inputs: [cost.length, cost], outputs: [floats(cost.length)] },
    { name: 'mirror', inputs: [11, x.slice(0, 55), x.slice(55)], outputs: [floats(121)] },
  ];
}

/** Outputs that a call may leave out are then null. */
export function argumentsOf({ name, inputs, outputs }: DtwCall): unknown[] {
  const optional = { softDtw: 4, softDtwFromCost: 2, hardDtw: 3, hardDtwFromCost: 3 }[name as string] ?? outputs.length;
  return [...inputs, ...outputs, ...new Array<null>(optional - outputs.length).fill(null)];
}

/** One long pair: minutes of work for soft-DTW, and more than a moment for hard DTW. */
export function longPair(length: number): SeriesPairs {
  return [0, 1, length, 1, length, 1, 0, uniform(length, 1), uniform(length, 2), null, null];
}
