import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startSide } from '../common/side.mjs';
import { startTfjsNode } from '../peers/tfjsNode.mjs';
import { startTorch } from '../peers/torch.mjs';

const script = fileURLToPath(new URL('serveWetas.mjs', import.meta.url));

/** Ours, PyTorch in both forms, and tfjs-node, which has no bf16: { name: side }, without those that are not installed. */
export async function startSides({ precision, threads, python }) {
  const sides = { wetas: await startWetas({ precision, threads }) };
  if (existsSync(python)) {
    for (const mode of ['eager', 'compile']) {
      sides[`torch ${mode}`] = await startTorch(python, { mode, threads, precision });
    }
  } else {
    console.log(`PyTorch is left out, for there is no ${python}: \`npm run bench:setup\` installs it.`);
  }
  const tfjsNode = precision === 'float32' ? await startTfjsNode({ threads }) : undefined;
  if (tfjsNode) sides['tfjs-node'] = tfjsNode;
  return sides;
}

export function startWetas({ precision, threads }) {
  return startSide({
    name: `wetas, ${precision}`,
    program: process.execPath,
    words: [script, '--threads', String(threads), '--precision', precision],
    threads,
  });
}
