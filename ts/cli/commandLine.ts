/** What to type for a command of ours: `npm run` where a script of that name is what started this one, since `wetas` is then on no path. */
export function commandLine(command: string, args: string): string {
  const throughNpm = process.env.npm_lifecycle_event === command;
  return throughNpm ? `npm run ${command} -- ${args}` : `wetas ${command} ${args}`;
}
