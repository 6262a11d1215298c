// Workers that share the addon, and that end while their jobs run. A process of its own, since what it looks for is a crash.
const path = require('node:path');
const { setTimeout } = require('node:timers/promises');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const WORKERS = 50;
const script = path.join(__dirname, 'lifetime.cjs');
const addonPath = require('node-gyp-build').resolve(path.join(__dirname, '..', '..'));

const noise = (length, seed) => Float32Array.from({ length }, (_, i) => Math.sin(seed + 78.233 * i * i));
const paths = [0, 0, 0, false, false, 0];
const series = (length, x, y) => [0, 1, length, 1, length, 1, 0, x, y, null, null];

/** Begins jobs that take minutes, and a few that are over at once. */
function startJobs(addon) {
  const [x, y] = [noise(20000, 1), noise(20000, 2)];
  const long = series(20000, x, y);
  for (let i = 0; i < 3; i++) {
    addon.softDtwAsync(() => {}, ...long, ...paths, 1, new Float32Array(1), new Float32Array(20000), null, null);
    addon.hardDtwAsync(() => {}, ...long, ...paths, Infinity, new Float32Array(1), null, null);
    addon.softDtwAsync(
      () => {},
      ...series(50, x.slice(0, 50), y.slice(0, 50)),
      ...paths,
      1,
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
    addon.softDtw(...pairs, ...paths, 0.5, ...now);
    await new Promise((resolve, reject) =>
      addon.softDtwAsync((error) => (error ? reject(error) : resolve()), ...pairs, ...paths, 0.5, ...later),
    );
    found.push(...now, ...later);
  }
  return found.map((array) => Buffer.from(array.buffer).toString('base64'));
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
  // And the process ends while jobs run.
  startJobs(addon);
  process.stdout.write('as expected\n', () => process.exit(0));
}

if (isMainThread) main();
else if (workerData === 'jobs') {
  startJobs(require(addonPath));
  parentPort.postMessage('started');
} else results(require(addonPath)).then((found) => parentPort.postMessage(found));
