import { deviceInfo } from '../../ts/index';
import type { Dtype } from './problems';

/** A `describe` for each device with the dtypes that it has; skipped, visibly, where there is no GPU. `npm run test:lockstep` has one made of the CPU. */
export function describeEachDevice(tests: (device: 'cpu' | 'cuda', types: readonly Dtype[]) => void): void {
  describe('on cpu', () => tests('cpu', [Float32Array, Float64Array]));
  (deviceInfo().cuda ? describe : describe.skip)('on cuda', () => tests('cuda', [Float32Array]));
}
