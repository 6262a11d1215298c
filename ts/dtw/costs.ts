import type { FloatArray } from '../native/NativeBinding';
import { expectedType } from '../util/expected';
import { checkElements, checkExtent, checkFloatArray, checkList, checkShape, rejectUnknownKeys } from './check';
import type { Take } from './steps';

/** Cost matrices of pairs, dense and row-major [batch, rows, cols]. +Infinity forbids a cell. */
export interface CostBatch<A extends FloatArray = FloatArray> {
  cost: A;
  shape: readonly [batch: number, rows: number, cols: number];
  /** [batch]: the real rows and columns of each matrix, from 1 to those of the shape; the rest is padding and is never read. */
  sizes?: ReadonlyArray<readonly [rows: number, cols: number]>;
}

/** The same, checked, in the layout of the addon; sizes [count, 2] is null where all matrices are full. */
export interface DenseCosts<A extends FloatArray = FloatArray> {
  data: A;
  count: number;
  rows: number;
  cols: number;
  sizes: Int32Array | null;
}

/** Checks the costs, then takes them. */
export function takeCosts<A extends FloatArray>(take: Take, costs: CostBatch<A>): DenseCosts<A> {
  rejectUnknownKeys(costs, 'costs', ['cost', 'shape', 'sizes']);
  const { cost, shape, sizes } = costs;
  checkFloatArray(cost, 'costs.cost');
  const [count, rows, cols] = checkShape(shape, 'costs.shape', '[batch, rows, cols]');
  checkElements(cost, 'costs.cost', [count, rows, cols]);
  const realSizes = sizes === undefined ? null : checkSizes(sizes, count, rows, cols);
  const [data] = take(cost);
  return { data, count, rows, cols, sizes: realSizes };
}

function checkSizes(sizes: unknown, count: number, rows: number, cols: number): Int32Array {
  const list = checkList(sizes, 'costs.sizes', count);
  const whole = new Int32Array(2 * count);
  for (let index = 0; index < count; index++) {
    const size = list[index];
    const name = `costs.sizes[${index}]`;
    if (!Array.isArray(size) || size.length !== 2) throw expectedType('two numbers [rows, cols]', name, size);
    whole[2 * index] = checkExtent(size[0], `${name}[0]`, rows);
    whole[2 * index + 1] = checkExtent(size[1], `${name}[1]`, cols);
  }
  return whole;
}
