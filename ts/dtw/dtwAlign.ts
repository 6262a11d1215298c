import { loadBinding } from '../native/loadBinding';
import type { FloatArray } from '../native/NativeBinding';
import { checkGamma, rejectUnknownKeys } from './options';
import { checkCostBatch, zerosLike, type CostBatch } from './series';

/**
 * WETAS's aligner: the cheapest monotonic labelling. Every column (timestep) gets one row (label index); from one column to the next the
 * row stays or advances by one, from the first row to the last.
 *
 * Source: Lee et al., "Weakly Supervised Temporal Anomaly Segmentation with Dynamic Time Warping", ICCV 2021: hard DTW with
 * two moves.
 *
 * @param costs [batch, rows, cols]: the cost of label `row` at timestep `col`; +Infinity forbids a cell.
 * @returns `value` [batch], the summed cost; `labelIndex` [batch, cols]. Where no labelling is admissible (rows > cols, or
 *   every one meets +Infinity) the value is +Infinity and the labels are -1. Ties prefer staying.
 */
export function dtwAlign<A extends FloatArray>(costs: CostBatch<A>): { value: A; labelIndex: Int32Array } {
  const { cost, shape } = checkCostBatch(costs);
  const [batch, rows, cols] = shape;
  const value = zerosLike(cost, batch);
  const labelIndex = new Int32Array(batch * cols);
  loadBinding().dtwAlign(batch, rows, cols, cost, value, labelIndex);
  return { value, labelIndex };
}

/**
 * The probability of each label at each timestep when monotonic labellings (see dtwAlign) are drawn with weight
 * exp(-summed cost / gamma): the expected alignment of soft-DTW with step pattern stayOrAdvance.
 *
 * @param costs [batch, rows, cols]; +Infinity forbids a cell.
 * @param options.gamma in units of the cost, >= 0; 0 puts all the probability on one best labelling.
 * @returns [batch, rows, cols] in [0, 1]; every column sums to 1 (to 0 where no labelling is admissible).
 */
export function labelPosterior<A extends FloatArray>(costs: CostBatch<A>, options: { gamma: number }): A {
  const { cost, shape } = checkCostBatch(costs);
  rejectUnknownKeys(options, 'options', ['gamma']);
  const [batch, rows, cols] = shape;
  const posterior = zerosLike(cost, cost.length);
  loadBinding().softDtwGradient(
    batch,
    rows,
    cols,
    1,
    checkGamma(options.gamma),
    cost,
    zerosLike(cost, batch),
    posterior,
  );
  return posterior;
}
