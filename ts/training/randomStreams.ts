import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';
import { uniformInt } from 'pure-rand/distribution/uniformInt';

export interface RandomStreams {
  /** Initial weights. */
  init: JumpableRandomGenerator;
  shuffle: JumpableRandomGenerator;
  dropout: JumpableRandomGenerator;
}

/** Three streams of one sequence, 2^64 numbers apart, so that what one of them consumes never changes the others. */
export function randomStreams(seed: number): RandomStreams {
  const generator = xoroshiro128plus(seed);
  const next = () => {
    generator.jump();
    return generator.clone();
  };
  return { init: next(), shuffle: next(), dropout: next() };
}

/** 128 bits as four integers: plain JSON. */
export type RandomState = readonly number[];

export function restoreRandom(state: RandomState): JumpableRandomGenerator {
  return xoroshiro128plusFromState(state);
}

/** The integers 0..count-1 in random order (Fisher-Yates). */
export function permutation(random: JumpableRandomGenerator, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = uniformInt(random, 0, i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** A seed of a dropout mask: an integer in [0, 2^31). */
export function dropoutSeed(random: JumpableRandomGenerator): number {
  return uniformInt(random, 0, 0x7fffffff);
}
