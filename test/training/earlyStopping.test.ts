import { EarlyStopping } from '../../ts/training/earlyStopping';

describe('EarlyStopping', () => {
  test('an improvement is strict', () => {
    const stopping = new EarlyStopping('higher', 50, 1);
    expect([0.5, 0.5, 0.6, 0.4, 0.6, 0.7].map((f1) => stopping.update(f1))).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
    ]);
    const loss = new EarlyStopping('lower', 50, 1);
    expect([0.5, 0.5, 0.6, 0.4].map((value) => loss.update(value))).toEqual([true, false, false, true]);
  });

  test('stops at the epoch without improvement that finds patience already reached', () => {
    const stopping = new EarlyStopping('higher', 2, 1);
    const stopped = [0.5, 0.4, 0.4, 0.4].map((f1) => {
      stopping.update(f1);
      return stopping.state.stopped;
    });
    expect(stopped).toEqual([false, false, false, true]);
  });

  test('an improvement starts the count again', () => {
    const stopping = new EarlyStopping('higher', 1, 1);
    [0.5, 0.4, 0.6, 0.4].forEach((f1) => stopping.update(f1));
    expect(stopping.state).toEqual({ best: 0.6, recent: [0.4], epochsWithoutImprovement: 1, stopped: false });
    stopping.update(0.4);
    expect(stopping.state.stopped).toBe(true);
  });

  test('the mean over a window is what improves, at first over the epochs there are', () => {
    const stopping = new EarlyStopping('higher', 50, 3);
    const values = [0.5, 0.3, 0.9, 0.6, 0.6, 0.1];
    expect(values.map((f1) => stopping.update(f1))).toEqual([true, false, true, true, true, false]);
    expect(stopping.state.best).toBeCloseTo((0.9 + 0.6 + 0.6) / 3, 12);
  });

  test('NaN is never an improvement', () => {
    const stopping = new EarlyStopping('higher', 50, 1);
    expect([NaN, 0, NaN].map((value) => stopping.update(value))).toEqual([false, true, false]);
  });

  test('goes on from a state that went through JSON', () => {
    const whole = new EarlyStopping('lower', 2, 2);
    const first = new EarlyStopping('lower', 2, 2);
    [3, 2, 2.5].forEach((value) => [whole, first].forEach((stopping) => stopping.update(value)));
    const second = new EarlyStopping('lower', 2, 2, JSON.parse(JSON.stringify(first.state)));
    for (const value of [2.6, 2.7, 2.8]) {
      expect(second.update(value)).toBe(whole.update(value));
      expect(second.state).toEqual(whole.state);
    }
    expect(second.state.stopped).toBe(true);
  });
});
