// npm's dynamic-time-warping: distances of arrays of numbers by a function of two points.
import DynamicTimeWarping from 'dynamic-time-warping';

const squaredDifference = (a, b) => (a - b) ** 2;

export const tasks = {
  distance: ({ x, y }) => ({
    call: () => new DynamicTimeWarping(x.data, y.data, squaredDifference).getDistance(),
    results: (value) => ({ value: [value] }),
  }),
  path: ({ x, y }) => ({
    call: () => {
      const warping = new DynamicTimeWarping(x.data, y.data, squaredDifference);
      return { value: warping.getDistance(), path: warping.getPath() };
    },
    results: ({ value, path }) => ({ value: [value], path: path.flat() }),
  }),
  pairwise: ({ x: { data, shape } }) => {
    const [count, length] = shape;
    const series = Array.from({ length: count }, (_, p) => data.subarray(p * length, (p + 1) * length));
    return {
      call: () =>
        series.flatMap((one, p) =>
          series.slice(p + 1).map((other) => new DynamicTimeWarping(one, other, squaredDifference).getDistance()),
        ),
      results: (value) => ({ value }),
    };
  },
};
