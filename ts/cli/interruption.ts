/** npm sends the signal of a Ctrl-C on to its child, which has had it from the terminal already: a repeat this soon is no second Ctrl-C. */
const ECHO_MS = 1000;

/**
 * A signal that the first Ctrl-C (or SIGTERM) aborts, so that the work in hand can be saved; a second one ends the process at once.
 * @param onFirst called at the first
 */
export function abortOnInterrupt(onFirst: () => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const onSignal = () => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      onFirst();
      controller.abort();
    } else if (performance.now() - firstAt > ECHO_MS) {
      process.exit(1);
    }
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, onSignal);
  const release = () => signals.forEach((name) => process.off(name, onSignal));
  return { signal: controller.signal, release };
}
