import { deviceInfo, setThreads } from '../native/device';
import { useBackend, type BackendName } from '../tfjs/backends';

/** Sets threads and backend, and says in a line what computes. */
export async function startEngine(settings: {
  backend: BackendName;
  threads?: number;
  gpuidx?: number;
}): Promise<string> {
  if (settings.gpuidx !== undefined) {
    process.stderr.write('This build of wetas has no CUDA: --gpuidx is ignored, and the CPU computes.\n');
  }
  if (settings.threads !== undefined) setThreads(settings.threads);
  await useBackend(settings.backend);
  const { simd, threads } = deviceInfo();
  return `backend ${settings.backend}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${simd}`;
}
