/** Labels are 0 or 1 and as many as the values they stand beside; anything else would give a plausible wrong figure. */
export function checkLabels(name: string, values: ArrayLike<number>, labels: ArrayLike<number>): void {
  if (values.length !== labels.length) {
    throw new RangeError(
      `expected ${values.length} values, as in \`${name}\`, for \`labels\` but received ${labels.length}`,
    );
  }
  checkBinary('labels', labels);
}

export function checkBinary(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== 0 && values[i] !== 1) {
      throw new RangeError(`expected 0 or 1 for \`${name}[${i}]\` but received ${values[i]}`);
    }
  }
}
