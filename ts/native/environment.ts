import { expectedValue } from '../util/expected';

/** Where a call runs: `auto` means on a GPU where there is one, it can do the call, and the call is large enough to be worth it. */
export type Device = 'auto' | 'cpu' | 'cuda';

export function isDevice(value: unknown): value is Device {
  return value === 'auto' || value === 'cpu' || value === 'cuda';
}

let device: Device | undefined;

/**
 * WETAS_DEVICE as it is at the first call that asks: the default of every call's `device`; `auto` where it is not set.
 *
 * @throws RangeError in the words "expected X for `WETAS_DEVICE` but received Y".
 */
export function defaultDevice(): Device {
  return (device ??= readDevice());
}

function readDevice(): Device {
  const { WETAS_DEVICE = 'auto' } = environment();
  if (!isDevice(WETAS_DEVICE)) throw expectedValue('one of auto, cpu, cuda', 'WETAS_DEVICE', WETAS_DEVICE);
  return WETAS_DEVICE;
}

/** Whether WETAS_PREBUILD names the addon to be loaded. */
export function isAddonChosen(): boolean {
  return Boolean(environment().WETAS_PREBUILD);
}

function environment(): NodeJS.ProcessEnv {
  // eslint-disable-next-line no-restricted-properties -- what the addon and its loader read of the environment is the whole process's, as WETAS_SIMD is
  return process.env;
}
