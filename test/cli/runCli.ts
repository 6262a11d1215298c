import { spawn } from 'node:child_process';
import path from 'node:path';

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

const main = path.join(__dirname, '..', '..', 'dist', 'cli', 'main.js');

/** Runs the compiled command (`npm test` compiles first); as soon as stdout holds the text `interruptAt`, it gets one SIGINT. */
export function runCli(
  args: string[],
  { cwd, interruptAt, env }: { cwd?: string; interruptAt?: string; env?: Record<string, string> } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let interrupted = interruptAt === undefined;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (!interrupted && stdout.includes(interruptAt!)) interrupted = child.kill('SIGINT');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
