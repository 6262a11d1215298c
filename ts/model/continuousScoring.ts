import { setImmediate } from 'node:timers/promises';
import type { Windows } from '../data/windows';
import { expectedType, expectedValue } from '../util/expected';
import { ContinuousScorer } from './continuousScorer';
import type { DiCNN } from './dicnn';
import type { WindowScores } from './windowScores';

/**
 * Scores windows with the windows before as context: those of one series (of one name) follow each other and are complete. Padding is never seen.
 * @param networks one, or the members of an ensemble
 * @returns as scoreWindows; logits 0 and scores 0.5 at padding, and weak score 0 for a window of nothing else
 * @throws RangeError where the networks are not causal, TypeError where the windows are without names
 */
export async function scoreContinuously(
  networks: readonly DiCNN[],
  { data, shape, lengths, names }: Pick<Windows, 'data' | 'shape' | 'lengths' | 'names'>,
  signal?: AbortSignal,
): Promise<WindowScores> {
  const [count, length, channels] = shape;
  if (networks[0].config.context !== 'causal') {
    throw expectedValue("'windows', since the model is centred and looks ahead,", 'scoring', 'continuous');
  }
  if (names?.length !== count) throw expectedType('the series of each window', 'windows.names', names);
  const scorer = new ContinuousScorer(networks);
  const weakLogit = new Float32Array(count).fill(-Infinity);
  const weakScore = new Float32Array(count);
  const denseLogit = new Float32Array(count * length);
  const denseScore = new Float32Array(count * length).fill(0.5);
  for (let b = 0; b < count; b++) {
    signal?.throwIfAborted();
    if (b > 0 && names[b] !== names[b - 1]) scorer.restart();
    const end = (b + 1) * length;
    const start = end - (lengths?.[b] ?? length);
    if (start === end) continue;
    const dense = scorer.add(data.subarray(start * channels, end * channels));
    denseLogit.set(dense.logit, start);
    denseScore.set(dense.score, start);
    const weak = scorer.closeWindow();
    weakLogit.set(weak.logit, b);
    weakScore.set(weak.score, b);
    await setImmediate();
  }
  return { weakLogit, weakScore, denseLogit, denseScore };
}
