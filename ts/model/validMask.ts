import type { Windows } from '../data/windows';

/**
 * Which points of the windows are real: [n, T], 1 at real points and 0 at the padding in front of them.
 * @returns undefined where padding counts as data
 */
export function validMask(
  { shape, lengths }: Pick<Windows, 'shape' | 'lengths'>,
  padding: 'masked' | 'reference',
): Float32Array | undefined {
  if (padding === 'reference') return undefined;
  const [windows, splitSize] = shape;
  const mask = new Float32Array(windows * splitSize).fill(1);
  for (let b = 0; lengths && b < windows; b++) mask.fill(0, b * splitSize, (b + 1) * splitSize - lengths[b]);
  return mask;
}
