import { CausalNetwork } from './causalNetwork';
import type { DiCNN, NetworkConfig } from './dicnn';
import { meanProbability, type Scores } from './ensemble';
import type { Weights } from './parameters';

/**
 * Scores a series in order, with all that came before as context, and pools the rows since the last window closed, in float32 whatever the config's precision.
 * The bits do not depend on how many rows are added at a time.
 */
export class ContinuousScorer {
  private readonly members: Member[];
  private readonly channels: number;

  /** @param networks one, or the members of an ensemble */
  constructor(networks: readonly DiCNN[]) {
    this.members = networks.map((network) => new Member(network.config, network.weights()));
    this.channels = networks[0].config.channels;
  }

  /**
   * @param x the next rows, [rows, channels], scaled
   * @returns their dense scores, [rows], to be read before the next call overwrites them
   */
  add(x: Float32Array): Scores {
    const rows = x.length / this.channels;
    return meanProbability(this.members.map((member) => member.add(x, rows)));
  }

  /** The weak score, [1], of the rows since the last call, at least one. */
  closeWindow(): Scores {
    return meanProbability(this.members.map((member) => Float32Array.of(member.closeWindow())));
  }

  /** Forgets the series: what comes next is the first row of another. */
  restart(): void {
    for (const member of this.members) member.restart();
  }
}

/** One network and what it has seen of the window that is open. */
class Member {
  private readonly network: CausalNetwork;
  private readonly linearWeight: Float32Array;
  private readonly linearBias: number;
  private readonly maximum: Float32Array;
  /** What the network fills; kept for the next call, which mostly adds as many rows. */
  private output = new Float32Array(0);
  private denseLogit = new Float32Array(0);
  private sum = 0;
  private rows = 0;

  constructor(
    private readonly config: NetworkConfig,
    weights: Weights,
  ) {
    this.network = new CausalNetwork(config, weights);
    this.linearWeight = weights.get('fc.weight')!.data;
    this.linearBias = weights.get('fc.bias')!.data[0];
    this.maximum = new Float32Array(config.outputSize).fill(-Infinity);
  }

  /** @returns the logits, [rows], in an array that the next call overwrites */
  add(x: Float32Array, rows: number): Float32Array {
    if (rows !== this.denseLogit.length) {
      this.output = new Float32Array(rows * this.config.outputSize);
      this.denseLogit = new Float32Array(rows);
    }
    const { output, denseLogit } = this;
    this.network.advance(x, output, denseLogit);
    if (this.config.poolingType === 'avg') for (const logit of denseLogit) this.sum += logit;
    else this.raiseMaximum(output);
    this.rows += rows;
    return denseLogit;
  }

  closeWindow(): number {
    // The linear layer of the mean output is the mean of the dense logits.
    const logit = this.config.poolingType === 'avg' ? this.sum / this.rows : this.linear(this.maximum);
    this.openWindow();
    return logit;
  }

  restart(): void {
    this.network.restart();
    this.openWindow();
  }

  private openWindow(): void {
    this.maximum.fill(-Infinity);
    this.sum = 0;
    this.rows = 0;
  }

  private raiseMaximum(output: Float32Array): void {
    const { maximum } = this;
    for (let i = 0; i < output.length; i++) {
      const channel = i % maximum.length;
      if (output[i] > maximum[channel]) maximum[channel] = output[i];
    }
  }

  private linear(row: Float32Array): number {
    return row.reduce((sum, value, i) => sum + value * this.linearWeight[i], this.linearBias);
  }
}
