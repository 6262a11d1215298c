import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pinToCores } from './machine.mjs';

/**
 * A side of a race in a process of its own, on the first `threads` cores: it says what it is, answers each command (a line) with a line of JSON, and sleeps
 * otherwise. The commands are those of peers/torch_training.py; not every side has all.
 */
export async function startSide({ name, program, words, threads, environment = {} }) {
  console.log(`starting ${name}, threads: ${threads}`);
  const child = spawn(program, words, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const closed = once(child, 'close');
  const pinned = pinToCores(threads, child.pid);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${name} ended without an answer, see above`);
    return JSON.parse(value);
  };
  const ask = (command) => {
    child.stdin.write(`${command}\n`);
    return next();
  };
  const stop = () => {
    child.stdin.end();
    return closed;
  };
  return {
    about: { ...(await next()), pinned },
    epoch: () => ask('epoch'),
    step: () => ask('step'),
    forward: () => ask('forward'),
    check: (file) => ask(`check ${file}`),
    stop,
  };
}
