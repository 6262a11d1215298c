import { createInterface } from 'node:readline';

/** The other end of side.mjs: says what this process is, then answers lines of stdin, `command` or `command word`, until stdin ends. */
export async function serve(about, commands) {
  answer(about);
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, word] = line.split(/ (.*)/s);
    answer(await commands[command](word));
  }
}

/** The command that does some work and answers with the seconds that it took. */
export function timed(work) {
  return () => {
    const start = performance.now();
    work();
    return { seconds: (performance.now() - start) / 1000 };
  };
}

function answer(content) {
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ ...content, peakBytes })}\n`);
}
