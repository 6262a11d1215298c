/** Plain JSON: goes into the checkpoint as it is. */
export interface EarlyStoppingState {
  /** The best value so far; absent before the first epoch. */
  best?: number;
  /** Epochs since then. */
  epochsWithoutImprovement: number;
  stopped: boolean;
}

/**
 * Watches one figure, once an epoch (docs/method.md section 6): an improvement is strict, and training stops at an epoch without
 * improvement that finds the count of such epochs already at `patience`.
 */
export class EarlyStopping {
  constructor(
    private readonly better: 'higher' | 'lower',
    private readonly patience: number,
    readonly state: EarlyStoppingState = { epochsWithoutImprovement: 0, stopped: false },
  ) {}

  /** Whether `value` is the best so far. NaN never is. */
  update(value: number): boolean {
    const { state } = this;
    if (this.improves(value)) {
      state.best = value;
      state.epochsWithoutImprovement = 0;
      return true;
    }
    if (state.epochsWithoutImprovement >= this.patience) state.stopped = true;
    else state.epochsWithoutImprovement++;
    return false;
  }

  private improves(value: number): boolean {
    const { best } = this.state;
    if (best === undefined) return !Number.isNaN(value);
    return this.better === 'higher' ? value > best : value < best;
  }
}
