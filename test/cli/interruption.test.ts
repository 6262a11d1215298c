import { abortOnInterrupt } from '../../ts/cli/interruption';

describe('abortOnInterrupt', () => {
  let now = 0;
  let exit: jest.SpyInstance;

  beforeEach(() => {
    now = 5000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    for (const name of ['SIGINT', 'SIGTERM']) process.removeAllListeners(name);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s aborts once; a repeat a second later ends the process', (name) => {
    const onFirst = jest.fn();
    const signal = abortOnInterrupt(onFirst);
    process.emit(name);
    expect(signal.aborted).toBe(true);

    now += 900;
    process.emit(name);
    expect(exit).not.toHaveBeenCalled();

    now += 200;
    process.emit(name);
    expect(exit).toHaveBeenCalledWith(1);
    expect(onFirst).toHaveBeenCalledTimes(1);
  });
});
