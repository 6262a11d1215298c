/** Plain JSON: goes into the checkpoint as it is. */
export interface EarlyStoppingState {
  /** The best mean so far; absent before the first epoch. */
  best?: number;
  /** Epochs since then. */
  epochsWithoutImprovement: number;
  stopped: boolean;
  /** The values of the latest epochs, as many as are averaged; absent before the first epoch. */
  recent?: number[];
}

/**
 * Watches one figure, once an epoch (docs/method.md section 6), by its mean over the latest `window` epochs, or over as many as there were: the best of many single figures is
 * often an early, lucky one. An improvement is strict, and training stops at an epoch without improvement that finds the count of such epochs already at `patience`.
 */
export class EarlyStopping {
  constructor(
    private readonly better: 'higher' | 'lower',
    private readonly patience: number,
    private readonly window: number,
    readonly state: EarlyStoppingState = { epochsWithoutImprovement: 0, stopped: false },
  ) {}

  /** Whether the mean that ends with `value` is the best so far. NaN never is. */
  update(value: number): boolean {
    const { state } = this;
    state.recent = [...(state.recent ?? []), value].slice(-this.window);
    const mean = state.recent.reduce((sum, each) => sum + each, 0) / state.recent.length;
    if (this.improves(mean)) {
      state.best = mean;
      state.epochsWithoutImprovement = 0;
      return true;
    }
    if (state.epochsWithoutImprovement >= this.patience) state.stopped = true;
    else state.epochsWithoutImprovement++;
    return false;
  }

  private improves(mean: number): boolean {
    const { best } = this.state;
    if (best === undefined) return !Number.isNaN(mean);
    return this.better === 'higher' ? mean > best : mean < best;
  }
}
