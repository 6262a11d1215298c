import * as tf from '@tensorflow/tfjs';
import type { NetworkConfig, NetworkPart } from '../model/dicnn';

/** What a stage took: of a training step, or of an epoch where it comes once in each. */
export interface StageTime {
  stage: string;
  milliseconds: number;
  per: 'step' | 'epoch';
  /** Floating-point operations of the convolutions and linear layers (a multiply-add is two) over the time of the whole stage; absent where there are none. */
  gflops?: number;
}

/** What a step computes, in the order of the forward pass. */
const PARTS = ['entry', 'blocks', 'head', 'losses'] as const;
const FORWARD = PARTS.map((part) => `${part} forward`);
const BACKWARD = PARTS.map((part) => `${part} backward`);
const EVALUATION = 'evaluation';
const STEP_STAGES = ['batch', ...FORWARD, ...BACKWARD.toReversed(), 'update'];

/**
 * Measures where the time of training goes. A stage ends where the next one begins: at a mark in the forward pass and, since marks are operations with a gradient, at
 * the same mark on the way back. The first step, which compiles code and allocates the memory of all others, is left out. Changes no bit of what is computed.
 */
export class Profiler {
  private readonly milliseconds = new Map<string, number>();
  /** What the figures are taken over; rows are windows times timesteps. */
  private readonly counted = { steps: 0, stepRows: 0, epochs: 0, epochRows: 0 };
  private isFirstStep = true;
  private last = 0;

  constructor(private readonly config: NetworkConfig) {}

  startStep(): void {
    this.last = performance.now();
  }

  endStep(rows: number): void {
    this.lap('update');
    if (!this.isFirstStep) {
      this.counted.steps++;
      this.counted.stepRows += rows;
    }
    this.isFirstStep = false;
  }

  /** Ends a stage of the step. */
  lap(stage: string): void {
    const now = performance.now();
    if (!this.isFirstStep) this.add(stage, now - this.last);
    this.last = now;
  }

  /** Ends a part of the forward pass, whose output is `x`. @returns what is to be used in its place */
  readonly mark = <T extends tf.Tensor>(part: NetworkPart, x: T): T => {
    this.lap(`${part} forward`);
    const partBehind = BACKWARD[PARTS.indexOf(part) + 1];
    const identity = tf.customGrad((value) => ({
      value: tf.clone(value as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => {
        this.lap(partBehind);
        return tf.clone(dy);
      },
    }));
    return identity(x) as T;
  };

  /** @param rows of all splits that were scored */
  addEvaluation(milliseconds: number, rows: number): void {
    this.counted.epochs++;
    this.counted.epochRows += rows;
    this.add(EVALUATION, milliseconds);
  }

  /** In the order of a step; without a second step only the evaluation. */
  result(): StageTime[] {
    const { steps, stepRows, epochs, epochRows } = this.counted;
    return [...STEP_STAGES, EVALUATION].flatMap((stage) => {
      const milliseconds = this.milliseconds.get(stage);
      if (milliseconds === undefined) return [];
      const [per, count, rows] =
        stage === EVALUATION ? (['epoch', epochs, epochRows] as const) : (['step', steps, stepRows] as const);
      const operations = rows * operationsOfRow(stage, this.config);
      const gflops = operations > 0 && { gflops: operations / milliseconds / 1e6 };
      return { stage, per, milliseconds: milliseconds / count, ...gflops };
    });
  }

  private add(stage: string, milliseconds: number): void {
    this.milliseconds.set(stage, (this.milliseconds.get(stage) ?? 0) + milliseconds);
  }
}

/** Floating-point operations of a stage for one row. */
function operationsOfRow(stage: string, config: NetworkConfig): number {
  const { channels: C, hiddenSize: H, outputSize: O, kernelSize: K, nLayers, poolingType } = config;
  // Of each block the dilated convolution and the two others, but for the last one's output convolution, which is skipped.
  const blocks = nLayers * (K + 2) * H * H - H * H;
  // Under average pooling the head's last convolution and the linear layer are one vector (DiCNN.denseLogit).
  const head = H * H + (poolingType === 'avg' ? H : H * O + O);
  // On the way back there is a product for the input and one for the weights; the series itself needs no gradient.
  const multiplyAdds: Record<string, number> = {
    'entry forward': K * C * H,
    'entry backward': K * C * H,
    'blocks forward': blocks,
    'blocks backward': 2 * blocks,
    'head forward': head,
    'head backward': 2 * head,
    [EVALUATION]: K * C * H + blocks + head,
  };
  return 2 * (multiplyAdds[stage] ?? 0);
}
