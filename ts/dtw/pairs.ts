import type { CostPairs, PairingCode, PointCostCode, SeriesPairs } from '../native/NativeBinding';
import type { DenseCosts } from './costs';
import type { DenseBatch } from './series';

// The arguments of the addon that describe the pairs.

export function matchedPairs(x: DenseBatch, y: DenseBatch, cost: PointCostCode): SeriesPairs {
  return seriesPairs(0, x, y, cost);
}

/** Every x with every y, row-major. */
export function allPairs(x: DenseBatch, y: DenseBatch, cost: PointCostCode): SeriesPairs {
  return seriesPairs(1, x, y, cost);
}

/** x[p] with x[q] for p < q, row-major. */
export function condensedPairs(x: DenseBatch, cost: PointCostCode): SeriesPairs {
  return seriesPairs(2, x, x, cost);
}

export function costPairs({ data, count, rows, cols, sizes }: DenseCosts): CostPairs {
  return [count, rows, cols, data, sizes];
}

function seriesPairs(pairing: PairingCode, x: DenseBatch, y: DenseBatch, cost: PointCostCode): SeriesPairs {
  return [pairing, x.count, x.length, y.count, y.length, x.channels, cost, x.data, y.data, x.lengths, y.lengths];
}
