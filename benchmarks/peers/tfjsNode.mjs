import { fileURLToPath } from 'node:url';
import { startSide } from '../common/side.mjs';

const script = fileURLToPath(new URL('serveTfjsNode.mjs', import.meta.url));

/** @tensorflow/tfjs-node, which runs a step or a forward pass when asked, and says how long it took; undefined, with a sentence, where it is not installed. */
export async function startTfjsNode({ threads }) {
  const side = await startSide({
    name: 'tfjs-node, float32',
    program: process.execPath,
    words: [script],
    threads,
    environment: { TF_NUM_INTRAOP_THREADS: String(threads), TF_NUM_INTEROP_THREADS: '1' },
  });
  if (!side.about.absent) return side;
  await side.stop();
  console.log(`tfjs-node is left out: ${side.about.absent}`);
  return undefined;
}
