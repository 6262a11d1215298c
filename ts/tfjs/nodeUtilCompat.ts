import util from 'node:util';

/**
 * Puts back functions of node:util that Node 23 removed and that @tensorflow/tfjs-node 4.22 still calls. To be done before it is loaded; does nothing
 * where they exist.
 */
export function restoreRemovedUtilFunctions(): void {
  const removed: Record<string, (value: unknown) => boolean> = {
    isArray: Array.isArray,
    isBoolean: (value) => typeof value === 'boolean',
    isNullOrUndefined: (value) => value === null || value === undefined,
    isNumber: (value) => typeof value === 'number',
    isObject: (value) => typeof value === 'object' && value !== null,
    isString: (value) => typeof value === 'string',
  };
  const target = util as unknown as Record<string, unknown>;
  for (const [name, replacement] of Object.entries(removed)) target[name] ??= replacement;
}
