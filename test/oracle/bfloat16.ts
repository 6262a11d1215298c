/** The nearest number of 8 significant bits, ties to the even one; of normal numbers alone. */
export function toBfloat16(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) - 7);
  const units = x / unit;
  const below = Math.floor(units);
  const isTie = units - below === 0.5;
  return unit * (isTie ? below + (below % 2 === 0 ? 0 : 1) : Math.round(units));
}
