import { fileURLToPath } from 'node:url';
import { startSide } from '../common/side.mjs';

const script = fileURLToPath(new URL('torch_training.py', import.meta.url));

/** PyTorch, which runs an epoch, a step or a forward pass when asked (torch_training.py says what each is), and says how long it took. */
export function startTorch(python, { mode, threads, precision = 'float32' }) {
  return startSide({
    name: `PyTorch, ${mode}, ${precision}`,
    program: python,
    words: [script, '--mode', mode, '--precision', precision, '--threads', String(threads)],
    threads,
  });
}
