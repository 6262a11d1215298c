/** The command line was wrong: its sentence goes to stderr and the exit code is 2. */
export class UsageError extends Error {}
