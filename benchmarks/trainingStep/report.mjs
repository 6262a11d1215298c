/** A row for each precision, number of threads and work: median seconds of every side, and ours over theirs (PyTorch in its faster form). */
export function ratios(results) {
  return groups(results, ({ precision, threads }) => `${precision} ${threads}`).flatMap((group) =>
    ['step', 'forward'].map((work) => {
      const { precision, threads } = group[0];
      const seconds = Object.fromEntries(group.map((result) => [result.name, result[work].median]));
      const { wetas, 'torch eager': eager, 'torch compile': compile, 'tfjs-node': tfjsNode } = seconds;
      const ofTorch = eager === undefined ? {} : { ofTorch: rounded(wetas / Math.min(eager, compile)) };
      const ofTfjsNode = tfjsNode === undefined ? {} : { ofTfjsNode: rounded(wetas / tfjsNode) };
      return { precision, threads, work, ...seconds, ...ofTorch, ...ofTfjsNode };
    }),
  );
}

/** How many times as fast each side is on more threads than on the fewest. */
export function scaling(results) {
  return groups(results, ({ precision, name }) => `${precision} ${name}`).flatMap(([fewest, ...others]) =>
    others.map(({ name, precision, threads, ...more }) => ({
      precision,
      name,
      threads: `${threads} over ${fewest.threads}`,
      step: rounded(fewest.step.median / more.step.median),
      forward: rounded(fewest.forward.median / more.forward.median),
    })),
  );
}

/** In the order of their first members. */
function groups(results, keyOf) {
  const found = new Map();
  for (const result of results) {
    const key = keyOf(result);
    found.set(key, [...(found.get(key) ?? []), result]);
  }
  return [...found.values()];
}

function rounded(ratio) {
  return Number(ratio.toFixed(3));
}
