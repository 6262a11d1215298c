/**
 * The one shape of our error sentences: "expected a number > 0 for `gamma` but received -1".
 * A wrong type is a TypeError, a wrong value a RangeError.
 */
export function expectedType(expected: string, name: string, received: unknown): TypeError {
  return new TypeError(sentence(expected, name, received));
}

export function expectedValue(expected: string, name: string, received: unknown): RangeError {
  return new RangeError(sentence(expected, name, received));
}

function sentence(expected: string, name: string, received: unknown): string {
  return `expected ${expected} for \`${name}\` but received ${describe(received)}`;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
  if (Array.isArray(value))
    return `[${value.slice(0, 8).map(describeElement).join(', ')}${value.length > 8 ? ', ...' : ''}]`;
  if (ArrayBuffer.isView(value))
    return `a ${value.constructor.name} of ${(value as Uint8Array).length ?? value.byteLength} elements`;
  if (typeof value === 'object' && value !== null) return `an object (${value.constructor?.name ?? 'no prototype'})`;
  if (typeof value === 'function') return 'a function';
  return String(value);
}

/** Arrays within arrays are not gone into: they may be nested deeper than the stack. */
function describeElement(value: unknown): string {
  return Array.isArray(value) ? `an array of ${value.length} elements` : describe(value);
}
