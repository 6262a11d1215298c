// A contestant in a Node process of its own: the protocol of ../peers/serve.py, for one contestant.
import path from 'node:path';
import { createInterface } from 'node:readline';
import { readFloat64, writeFloat64 } from './float64File.mjs';

let prepared;

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = await answer(JSON.parse(line));
  } catch (error) {
    reply = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

async function answer(request) {
  if ('prepare' in request) return prepare(request);
  if ('time' in request) return measure(request.time);
  prepared = undefined;
  return {};
}

async function prepare({ prepare: task, contestant, inputs, parameters, folder }) {
  prepared = undefined;
  let adapter;
  try {
    adapter = await import(`./adapters/${contestant.adapter}.mjs`);
    await adapter.check?.(contestant);
  } catch (error) {
    return { absent: error.message };
  }
  if (!(task in adapter.tasks)) return { absent: `${contestant.name} has no such function` };
  const dtype = contestant.dtype === 'float32' ? Float32Array : Float64Array;
  const arrays = Object.fromEntries(
    Object.entries(inputs).map(([name, { file, shape }]) => [name, { data: dtype.from(readFloat64(file)), shape }]),
  );
  const { call, results } = adapter.tasks[task](arrays, parameters);
  const outputs = {};
  for (const [name, array] of Object.entries(results(call()))) {
    const file = path.join(folder, `${name}.f64`);
    writeFloat64(file, array);
    outputs[name] = { file, shape: [array.length] };
  }
  prepared = call;
  return { outputs };
}

/** In groups of calls that double until a group takes a millisecond, so that reading the clock costs nothing. */
function measure(seconds) {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  for (let calls = 0, group = 1; ;) {
    const before = performance.now();
    for (let each = 0; each < group; each++) prepared();
    calls += group;
    const now = performance.now();
    if (now - start >= seconds * 1000) {
      const { user, system } = process.cpuUsage(cpu);
      return { calls, wall: (now - start) / 1000, cpu: (user + system) / 1e6 };
    }
    if (now - before < 1) group *= 2;
  }
}
