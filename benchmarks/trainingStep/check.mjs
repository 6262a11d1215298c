// bfloat16 has 8 bits of precision; the roundings of 7 blocks add up.
const TOLERANCES = { float32: 1e-4, bf16: 0.05 };

/** @throws where the answer to `check` is not the expected one, within what the precision allows */
export function compareAnswers(name, precision, answer, expected) {
  const difference = Math.max(
    relativeDifference(answer.weakLogit, expected.weakLogit),
    relativeDifference([answer.loss], [expected.loss]),
    relativeDifference([answer.gradientNorm], [expected.gradientNorm]),
  );
  const allowed = TOLERANCES[precision];
  if (!(difference <= allowed)) {
    throw new Error(`${name} computes something else: it is ${difference.toPrecision(2)} away, allowed is ${allowed}`);
  }
  return difference;
}

/** The largest difference as a share of the largest expected number; NaN stays NaN. */
function relativeDifference(values, expected) {
  if (values.length !== expected.length) return NaN;
  const largest = (numbers) => numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  return largest(values.map((value, i) => value - expected[i])) / largest(expected);
}
