import { MultiBar, type SingleBar } from 'cli-progress';
import type { StepRecord } from '../training/trainOptions';

export interface Progress {
  step(step: StepRecord): void;
  /** Prints a line; it stays above the bar. */
  line(text: string): void;
  stop(): void;
}

/** A bar with the loss and the time left on a terminal; lines alone elsewhere. */
export function makeProgress(nEpochs: number): Progress {
  return process.stdout.isTTY ? new ProgressBar(nEpochs) : plainLines;
}

const plainLines: Progress = {
  step: () => {},
  line: (text) => void process.stdout.write(`${text}\n`),
  stop: () => {},
};

class ProgressBar implements Progress {
  private readonly bars = new MultiBar({
    format: 'epoch {epoch}/{nEpochs} [{bar}] {percentage}% | loss {loss} | {eta_formatted} left',
    barsize: 24,
    stream: process.stdout,
    // Long lines above the bar go on in the next row; the bar itself is cut at the width of the terminal.
    linewrap: true,
    hideCursor: true,
    // Ctrl-C is ours: the bar goes on until the state is saved.
    gracefulExit: false,
    clearOnComplete: true,
    // Over whole epochs: the evaluation at the end of each takes time without a step.
    etaBuffer: 100,
  });
  private bar?: SingleBar;

  constructor(private readonly nEpochs: number) {}

  step({ epoch, step, steps, loss }: StepRecord): void {
    const done = (epoch - 1) * steps + step;
    const shown = { epoch, nEpochs: this.nEpochs, loss: loss.toFixed(4) };
    this.bar ??= this.bars.create(this.nEpochs * steps, done - 1, shown);
    this.bar.update(done, shown);
  }

  line(text: string): void {
    if (!this.bar) return plainLines.line(text);
    this.bars.log(`${text}\n`);
    // At once: stop() would drop a line that waits for the next drawing.
    this.bars.update();
  }

  stop(): void {
    this.bars.stop();
    this.bar = undefined;
  }
}
