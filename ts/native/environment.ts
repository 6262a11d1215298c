import { expectedValue } from '../util/expected';

/** Where a call runs: `auto` means on a GPU where there is one, it can do the call, and the call is large enough to be worth it. */
export type Device = 'auto' | 'cpu' | 'cuda';

export function isDevice(value: unknown): value is Device {
  return value === 'auto' || value === 'cpu' || value === 'cuda';
}

let device: Device | undefined;

/**
 * WETAS_DEVICE as it is at the first call that asks: the default of every call's `device`; `auto` where it is not set or empty.
 *
 * @throws RangeError in the words "expected X for `WETAS_DEVICE` but received Y".
 */
export function defaultDevice(): Device {
  return (device ??= readDevice());
}

function readDevice(): Device {
  const wanted = environment().WETAS_DEVICE || 'auto';
  if (!isDevice(wanted)) throw expectedValue('one of auto, cpu, cuda', 'WETAS_DEVICE', wanted);
  return wanted;
}

/** Whether WETAS_PREBUILD names the addon to be loaded. */
export function isAddonChosen(): boolean {
  return Boolean(environment().WETAS_PREBUILD);
}

function environment(): NodeJS.ProcessEnv {
  // eslint-disable-next-line no-restricted-properties -- what the addon and its loader read of the environment is the whole process's, as WETAS_SIMD is
  return process.env;
}
