import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pinToCores } from '../common/machine.mjs';

const script = fileURLToPath(new URL('torch_epoch.py', import.meta.url));

/** PyTorch in a process of its own, warm, that runs an epoch when asked and sleeps otherwise. */
export async function startTorch(python, mode, threads) {
  console.log(`starting PyTorch, ${mode}`);
  const child = spawn(python, [script, '--mode', mode, '--threads', String(threads), '--serve'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  pinToCores(threads, child.pid);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`PyTorch (${mode}) ended without an answer, see above`);
    return JSON.parse(value);
  };
  const about = await next();
  const epoch = () => {
    child.stdin.write('\n');
    return next();
  };
  return { epoch, about, stop: () => child.stdin.end() };
}
