/** npm sends the signal of a Ctrl-C on to its child, which has had it from the terminal already: a repeat this soon is no second Ctrl-C. */
const ECHO_MS = 1000;

/**
 * A signal that the first Ctrl-C (or SIGTERM) aborts, so that the work in hand can be saved; a second one ends the process at once.
 * @param onFirst called at the first
 */
export function abortOnInterrupt(onFirst: () => void): AbortSignal {
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
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return controller.signal;
}
