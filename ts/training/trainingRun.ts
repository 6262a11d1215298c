import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';
import { DiCNN } from '../model/dicnn';
import { copyWeights, type Weights } from '../model/parameters';
import { validMask } from '../model/validMask';
import { NativeBackend } from '../tfjs/native/NativeBackend';
import { Adam } from './adam';
import { makeBatch } from './batches';
import type { ModelState, TrainingState } from './checkpoint';
import { EarlyStopping } from './earlyStopping';
import { type EpochEvaluation, evaluateEpoch } from './epochEvaluation';
import { clipGradients } from './gradientClipping';
import { learningRateAt } from './learningRate';
import { LossMean, objective } from './objective';
import { Profiler, type StageTime } from './profiler';
import { dropoutSeed, permutation, randomStreams, restoreRandom } from './randomStreams';
import type { EpochRecord, Losses } from './records';
import type { TrainOptions } from './trainOptions';
import { WeightAverage } from './weightAverage';

/** A training run between two epochs: begun from the seed or from a checkpoint, taken further an epoch at a time. */
export class TrainingRun {
  /** What early stopping would restore; absent before the first improvement. */
  best?: ModelState;
  /** After the last full epoch. */
  last: ModelState;
  readonly history: EpochRecord[];
  private readonly model: DiCNN;
  private readonly adam: Adam;
  private readonly average?: WeightAverage;
  private readonly shuffle: JumpableRandomGenerator;
  private readonly dropout: JumpableRandomGenerator;
  private readonly stopping: EarlyStopping;
  private readonly mask?: Float32Array;
  private readonly profiler?: Profiler;

  constructor(
    private readonly options: TrainOptions,
    checkpoint?: TrainingState,
  ) {
    const { train, config, biasInit, seed, ema, stopping, stoppingWindow, patience } = options;
    const streams = randomStreams(seed);
    this.model = new DiCNN(config, checkpoint?.weights ?? { biasInit, random: streams.init });
    this.adam = new Adam(this.model.variables, checkpoint?.adam);
    if (ema > 0) this.average = new WeightAverage(checkpoint?.average ?? this.model.weights(), ema);
    this.shuffle = checkpoint ? restoreRandom(checkpoint.random.shuffle) : streams.shuffle;
    this.dropout = checkpoint ? restoreRandom(checkpoint.random.dropout) : streams.dropout;
    const better = stopping === 'f1' ? 'higher' : 'lower';
    this.stopping = new EarlyStopping(better, patience, stoppingWindow, checkpoint?.stopping);
    this.mask = validMask(train, config.padding);
    if (options.profile) this.profiler = new Profiler(config);
    this.history = checkpoint?.history ?? [];
    this.best = checkpoint?.best;
    const { epoch = 0, threshold = config.globalThreshold } = checkpoint ?? {};
    this.last = { epoch, threshold, weights: this.modelWeights() };
  }

  /** Where the time went, if that was asked for. */
  get profile(): StageTime[] | undefined {
    return this.profiler?.result();
  }

  get stoppedEarly(): boolean {
    return this.stopping.state.stopped;
  }

  get isDone(): boolean {
    return this.last.epoch >= this.options.nEpochs || this.stoppedEarly;
  }

  /** Between epochs only. Shares the arrays of the optimizer and of the average: to be written before the next epoch changes them. */
  state(): TrainingState {
    const { last, best, model, adam, stopping, history } = this;
    const random = { shuffle: this.shuffle.getState(), dropout: this.dropout.getState() };
    const weights = { weights: model.weights(), average: this.average?.weights };
    return { ...last, ...weights, adam: adam.state, random, stopping: stopping.state, best, history };
  }

  /** @throws the signal's reason once it is aborted; the run cannot go on from there */
  async epoch(): Promise<EpochRecord> {
    const { options, last } = this;
    const { nEpochs } = options;
    const started = performance.now();
    const epoch = last.epoch + 1;
    const { losses, steps } = await this.trainEpoch(epoch);
    freeUnused();
    const weights = this.modelWeights();
    const { threshold, criterion, valid, test } = await this.evaluate(weights);

    this.last = { epoch, threshold, weights };
    if (criterion !== undefined && this.stopping.update(criterion)) this.best = this.last;
    const seconds = (performance.now() - started) / 1000;
    const record: EpochRecord = { epoch, nEpochs, steps, seconds, train: losses, valid, test };
    this.history.push(record);
    return record;
  }

  dispose(): void {
    this.model.dispose();
    freeUnused();
  }

  /** A copy of the weights that count as the model's: their average, where there is one. */
  private modelWeights(): Weights {
    return this.average ? copyWeights(this.average.weights) : this.model.weights();
  }

  private async evaluate(weights: Weights): Promise<EpochEvaluation> {
    const { options, last, average } = this;
    const { config, batchSize, signal, train, validation, test } = options;
    const started = performance.now();
    const model = average ? new DiCNN(config, weights) : this.model;
    try {
      const evaluation = await evaluateEpoch(model, config, last.threshold, options, { batchSize, signal });
      const windows = [train, validation, test].reduce((sum, split) => sum + (split?.shape[0] ?? 0), 0);
      this.profiler?.addEvaluation(performance.now() - started, windows * config.splitSize);
      return evaluation;
    } finally {
      if (average) model.dispose();
    }
  }

  private async trainEpoch(epoch: number): Promise<{ losses: Losses; steps: number }> {
    const { train, batchSize, signal, onStep } = this.options;
    const order = permutation(this.shuffle, train.shape[0]);
    const steps = Math.ceil(order.length / batchSize);
    const mean = new LossMean();
    for (let step = 1; step <= steps; step++) {
      signal?.throwIfAborted();
      const indices = order.subarray((step - 1) * batchSize, step * batchSize);
      const losses = this.step(indices, learningRateAt((epoch - 1) * steps + step, steps, this.options));
      if (!Number.isFinite(losses.loss)) {
        throw new Error(
          `expected a finite loss but received ${losses.loss} in epoch ${epoch}, step ${step}: try a lower learningRate`,
        );
      }
      mean.add(losses, indices.length);
      onStep?.({ epoch, step, steps, loss: losses.loss });
      await setImmediate();
    }
    return { losses: mean.mean(), steps };
  }

  private step(indices: Int32Array, learningRate: number): Losses {
    const { model, adam, options, mask, profiler } = this;
    const { train, config, clipGradNorm } = options;
    const dropout = config.dropout > 0 ? { seed: dropoutSeed(this.dropout) } : undefined;
    let losses!: Losses;
    profiler?.startStep();
    tf.tidy(() => {
      const batch = makeBatch(train, mask, indices);
      profiler?.lap('batch');
      const { grads } = tf.variableGrads(() => {
        const evaluated = objective(model.forward(batch.x, batch.mask, dropout, profiler?.mark), batch, config);
        losses = evaluated.losses;
        profiler?.lap('losses forward');
        return evaluated.total;
      }, Object.values(model.variables));
      profiler?.lap('entry backward');
      adam.step(learningRate, clipGradNorm > 0 ? clipGradients(grads, clipGradNorm) : grads);
    });
    this.average?.update(model.variables, adam.state.step);
    profiler?.endStep(indices.length * config.splitSize);
    return losses;
  }
}

/** What follows an epoch of training needs a fraction of its memory, and has other uses for the rest. */
function freeUnused(): void {
  const backend = tf.backend();
  if (backend instanceof NativeBackend) backend.pool.clear();
}
