// A contestant as the race sees it: a process that answers one JSON line with one (peers/serve.py says which).
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pinToCores } from '../common/machine.mjs';
import { readFloat64 } from './float64File.mjs';

const scripts = {
  node: fileURLToPath(new URL('serve.mjs', import.meta.url)),
  python: fileURLToPath(new URL('../peers/serve.py', import.meta.url)),
};

/** Starts processes at first need and keeps them; contestants with the same surroundings share one. */
export class Contenders {
  #processes = new Map();

  constructor(python) {
    this.python = python;
  }

  /** Prepares a task: { absent: reason } or { outputs: { name: Float64Array } }. Throws the contestant's own error. */
  async prepare(contestant, request) {
    const { absent, outputs = {} } = await this.#ask(contestant, request);
    if (absent) return { absent };
    return {
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, { file }]) => [name, readFloat64(file)])),
    };
  }

  /** Calls the prepared task for some seconds: { calls, wall, cpu }, the latter two in seconds. */
  time(contestant, seconds) {
    return this.#ask(contestant, { time: seconds });
  }

  release(contestant) {
    return this.#ask(contestant, { release: true });
  }

  stop() {
    for (const { child } of this.#processes.values()) child.stdin.end();
    this.#processes.clear();
  }

  async #ask(contestant, request) {
    const { child, lines } = this.#process(contestant);
    child.stdin.write(`${JSON.stringify({ ...request, contestant })}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error('its process ended without an answer, see above');
    const reply = JSON.parse(value);
    if (reply.error) throw new Error(reply.error);
    return reply;
  }

  #process({ name, python, simd, device, threads }) {
    // A Python peer is told apart by its adapter alone; of ours each has a process, for what it allocates is its own.
    const key = python ? 'python' : name;
    if (!this.#processes.has(key)) {
      const environment = {
        WETAS_NUM_THREADS: String(threads),
        ...(simd && { WETAS_SIMD: simd }),
        ...(device && { WETAS_DEVICE: device }),
      };
      const [command, script] = python ? [this.python, scripts.python] : [process.execPath, scripts.node];
      const child = spawn(command, [script], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, ...environment },
      });
      pinToCores(threads, child.pid);
      this.#processes.set(key, { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() });
    }
    return this.#processes.get(key);
  }
}
