import { deviceInfo } from '../../../dist/index.js';

/** Throws where this process does not run on what the contestant is named after. */
export function checkDevice({ simd, device, threads }) {
  const found = deviceInfo();
  if (simd && found.simd !== simd) throw new Error(`this CPU has no ${simd}`);
  if (device && found.device !== device) throw new Error(`this build or machine has no ${device}`);
  if (found.threads !== threads) throw new Error(`${found.threads} threads instead of ${threads}`);
}
