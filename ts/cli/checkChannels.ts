import { DataError, type Series } from '../data';
import type { WetasConfig } from '../model';

/** Refuses a series whose columns are not those of the training data, in that order; where either has no names, their number is checked later. */
export function checkChannels({ name, channelNames }: Series, config: WetasConfig): void {
  const [expected, received] = [config.channelNames, channelNames].map((names) => names?.join(', '));
  if (expected === undefined || received === undefined || expected === received) return;
  throw new DataError(name, `expected the channels ${expected}, as in training, but received ${received}`);
}
