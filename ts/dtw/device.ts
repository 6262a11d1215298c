import { defaultDevice, isDevice, type Device } from '../native/environment';
import { cudaMissing } from '../native/loadBinding';
import type { DeviceCode } from '../native/NativeBinding';
import { expectedValue } from '../util/expected';
import { isFloat64 } from './arrays';
import type { Take } from './steps';

const deviceCodes: Record<Device, DeviceCode> = { auto: 0, cpu: 1, cuda: 2 };

export interface DeviceOptions {
  /**
   * Where the call runs. `cpu`. `cuda`: on the GPU, in float32, with gamma > 0; a RangeError where that is not to be had, an Error with CUDA's words where
   * the GPU fails. `auto`: on the GPU where `cuda` would do and the call is large, else, and where the GPU fails, on the CPU. Default WETAS_DEVICE, or
   * `auto`. Nothing of this has run on a GPU yet.
   */
  device?: Device;
}

/** The device of one call: its code for the addon, and who has asked for it. */
export interface ChosenDevice {
  code: DeviceCode;
  name: 'device' | 'WETAS_DEVICE';
}

/** What decides whether the kernels for GPUs have a call. */
export interface CallForDevice {
  gamma?: number;
}

/**
 * The device that the caller wants, or WETAS_DEVICE does.
 *
 * @param call null: of a function that has no form for GPUs, where WETAS_DEVICE means nothing.
 */
export function chooseDevice(device: unknown, call: CallForDevice | null): ChosenDevice {
  const byDefault = device === undefined;
  const wanted = byDefault ? (call === null ? 'cpu' : defaultDevice()) : device;
  if (!isDevice(wanted)) throw expectedValue('one of auto, cpu, cuda', 'device', wanted);
  const chosen: ChosenDevice = { code: deviceCodes[wanted], name: byDefault ? 'WETAS_DEVICE' : 'device' };
  if (wanted === 'cuda') {
    const why = whyNotOnGpu(call);
    if (why !== null) throw refused(chosen, why);
  }
  return chosen;
}

/** `take`, after a check that a GPU can have what is taken. */
export function takeFor(device: ChosenDevice, take: Take): Take {
  if (!isCuda(device)) return take;
  return (...arrays) => {
    if (arrays.some(isFloat64)) throw refused(device, 'GPUs compute in float32 and the input is a Float64Array');
    return take(...arrays);
  };
}

export function isCuda({ code }: ChosenDevice): boolean {
  return code === deviceCodes.cuda;
}

export function refused({ name }: ChosenDevice, why: string): RangeError {
  return expectedValue(`'auto' or 'cpu', because ${why},`, name, 'cuda');
}

function whyNotOnGpu(call: CallForDevice | null): string | null {
  if (call === null) return 'this function has no form for GPUs';
  if (call.gamma === 0) return 'GPUs have soft-DTW with gamma > 0 only';
  return cudaMissing();
}
