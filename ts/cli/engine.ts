import { deviceInfo, setThreads } from '../native/device';
import type { Device } from '../native/environment';
import { useBackend, type BackendName } from '../tfjs/backends';
import { UsageError } from './UsageError';

interface EngineSettings {
  backend: BackendName;
  threads?: number;
  dtwDevice?: Device;
  gpuidx?: number;
}

/** Sets devices, threads and backend, and says in a line what computes. Throws UsageError where there is no GPU that can be used and one is demanded. */
export async function startEngine(settings: EngineSettings): Promise<string> {
  const { backend, dtwDevice, gpuidx } = settings;
  chooseDevices(settings);
  if (settings.threads !== undefined) setThreads(settings.threads);
  await useBackend(backend);
  const { device, simd, threads, cuda, cudaMissing } = deviceInfo();
  if (dtwDevice === 'cuda' && cudaMissing !== null)
    throw new UsageError(`expected auto or cpu, because ${cudaMissing}, for \`--dtw-device\` but received "cuda"`);
  if (gpuidx !== undefined && device === 'cpu')
    process.stderr.write(`--gpuidx has no effect, and the CPU computes: ${cudaMissing ?? '--dtw-device is cpu'}.\n`);
  const gpu = cuda !== null && device === 'cuda' ? `, ${cuda.name} for soft-DTW` : '';
  return `backend ${backend}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${simd}${gpu}`;
}

/** What the addon and CUDA read of the environment when they are first used. */
function chooseDevices({ dtwDevice, gpuidx }: EngineSettings): void {
  if (dtwDevice !== undefined) process.env.WETAS_DEVICE = dtwDevice;
  if (gpuidx === undefined) return;
  const visible = process.env.CUDA_VISIBLE_DEVICES?.split(',');
  if (visible && gpuidx >= visible.length)
    throw new UsageError(
      `expected an integer < ${visible.length}, of the GPUs that CUDA_VISIBLE_DEVICES leaves, for \`--gpuidx\` but received ${gpuidx}`,
    );
  process.env.CUDA_VISIBLE_DEVICES = visible?.[gpuidx] ?? String(gpuidx);
}
