// Workers that share the addon, and that end while their jobs run; memory that another thread writes to during a call. A process of its own, since what it
// looks for is a crash.
const path = require('node:path');
const { setTimeout } = require('node:timers/promises');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const WORKERS = 50;
const script = path.join(__dirname, 'lifetime.cjs');
const addonPath = require('node-gyp-build').resolve(path.join(__dirname, '..', '..'));

const noise = (length, seed) => Float32Array.from({ length }, (_, i) => Math.sin(seed + 78.233 * i * i));
const paths = [0, 0, 0, false, false, 0];
const series = (length, x, y) => [0, 1, length, 1, length, 1, 0, x, y, null, null];

// Device code. Only the CPU's jobs stop in the midst of a pair: a GPU's kernel, in the lockstep of tests, runs for its minutes.
const CPU = 1;

/** Begins jobs that take minutes, and a few that are over at once. */
function startJobs(addon) {
  const [x, y] = [noise(20000, 1), noise(20000, 2)];
  const long = series(20000, x, y);
  for (let i = 0; i < 3; i++) {
    addon.softDtwAsync(() => {}, ...long, ...paths, 1, CPU, new Float32Array(1), new Float32Array(20000), null, null);
    addon.hardDtwAsync(() => {}, ...long, ...paths, Infinity, CPU, new Float32Array(1), null, null);
    addon.softDtwAsync(
      () => {},
      ...series(50, x.slice(0, 50), y.slice(0, 50)),
      ...paths,
      1,
      0,
      new Float32Array(1),
      null,
      null,
      null,
    );
  }
}

/** The results of calls and jobs on a batch that is shared out among the threads. */
async function results(addon) {
  const [batch, length] = [24, 40];
  const pairs = [0, batch, length, batch, length, 1, 0, noise(batch * length, 3), noise(batch * length, 4), null, null];
  const found = [];
  for (let round = 0; round < 10; round++) {
    const [now, later] = [0, 1].map(() =>
      [batch, batch * length, batch * length, batch * length ** 2].map((n) => new Float32Array(n)),
    );
    addon.softDtw(...pairs, ...paths, 0.5, 0, ...now);
    await new Promise((resolve, reject) =>
      addon.softDtwAsync((error) => (error ? reject(error) : resolve()), ...pairs, ...paths, 0.5, 0, ...later),
    );
    found.push(...now, ...later);
  }
  return found.map((array) => Buffer.from(array.buffer).toString('base64'));
}

/** Numbers of every kind into shared memory, for as long as the thread lives. */
function scribble({ memory, at }) {
  const numbers = new Float32Array(memory);
  Atomics.store(new Int32Array(at), 0, 1);
  Atomics.notify(new Int32Array(at), 0);
  for (let state = 1; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const kinds = [NaN, Infinity, -1e30, 0];
    const kind = state >>> 28;
    numbers[state % numbers.length] = kind < kinds.length ? kinds[kind] : (state >>> 8) % 1000;
  }
}

/** Calls on memory that another thread writes to: their results are anything, but of their own size and in their own memory. */
async function callsOnShared(addon) {
  const length = 300;
  const cells = length ** 2;
  const memory = new SharedArrayBuffer(4 * cells);
  const at = new SharedArrayBuffer(4);
  const worker = new Worker(script, { workerData: { memory, at } });
  await new Promise((resolve) => worker.once('online', resolve));
  Atomics.wait(new Int32Array(at), 0, 0);
  const numbers = new Float32Array(memory);
  const value = new Float32Array(length);
  const costs = [1, length, length, numbers, null];
  const [points, labels] = [new Int32Array((2 * length - 1) * 2), new Int32Array(length)];
  const sum = new Float32Array(cells);
  const one = value.subarray(0, 1);
  const few = [1, 5, 200, 400, 200, 1, 0, numbers.subarray(0, 1000), numbers.subarray(0, 80000), null, null];
  const pair = [0, 1, 600, 1, 900, 1, 0, numbers.subarray(0, 600), numbers.subarray(600, 1500), null, null];
  for (let round = 0; round < 200; round++) {
    const open = round % 2 === 1;
    const rules = [round % 3 === 2 ? 1 : 0, round % 5 === 4 ? 1 : 0, 20, open, open, 0];
    const length1 = new Int32Array(1);
    numbers.fill(1); // or a NaN from before would leave no path to look for
    addon.hardDtwFromCost(...costs, ...rules, Infinity, 0, one, points, length1);
    if (length1[0] < 0 || length1[0] > 2 * length - 1) throw new Error(`a path of ${length1[0]} cells`);
    numbers.fill(1);
    addon.dtwAlign(...costs, 0, one, labels);
    if (labels.some((label) => label < -1 || label >= length)) throw new Error('a label that there is not');
    numbers.fill(1);
    addon.softDtwFromCost(...costs, ...rules, round % 2, 0, one, sum);
    if (round % 20) continue;
    addon.hardDtw(...pair, ...rules, Infinity, 0, one, new Int32Array(1499 * 2), length1);
    addon.subsequence(...pair, ...rules, one, new Int32Array(2));
    addon.nearest(...few, ...paths, 3, new Int32Array(15), new Float32Array(15));
    addon.softDtwHessianProduct(...costs, ...rules, 1, new Float32Array(cells), sum);
  }
  await worker.terminate();
}

async function main() {
  // The workers are the first to load the addon, and the last of them unloads it.
  for (let i = 0; i < WORKERS; i++) {
    const worker = new Worker(script, { workerData: 'jobs' });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    if (i % 2) await setTimeout(i % 7);
    await worker.terminate();
  }
  const addon = require(addonPath);
  const expected = (await results(addon)).slice(0, 4);
  const ofWorkers = Array.from({ length: 4 }, () => {
    const worker = new Worker(script, { workerData: 'results' });
    return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  });
  for (const actual of await Promise.all(ofWorkers)) {
    actual.forEach((each, index) => {
      if (each !== expected[index % 4]) throw new Error(`result ${index} differs`);
    });
  }
  await callsOnShared(addon);
  // And the process ends while jobs run.
  startJobs(addon);
  process.stdout.write('as expected\n', () => process.exit(0));
}

if (isMainThread) main();
else if (workerData === 'jobs') {
  startJobs(require(addonPath));
  parentPort.postMessage('started');
} else if (workerData.memory) scribble(workerData);
else results(require(addonPath)).then((found) => parentPort.postMessage(found));
