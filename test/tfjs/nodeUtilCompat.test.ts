import util from 'node:util';
import { restoreRemovedUtilFunctions } from '../../ts/tfjs/nodeUtilCompat';

const names = ['isArray', 'isBoolean', 'isNullOrUndefined', 'isNumber', 'isObject', 'isString'];
const functions = util as unknown as Record<string, ((value: unknown) => boolean) | undefined>;
const original = Object.fromEntries(names.map((name) => [name, functions[name]]));

afterEach(() => Object.assign(functions, original));

test('puts back what is missing', () => {
  for (const name of names) delete functions[name];
  restoreRemovedUtilFunctions();
  const values = { array: [1], object: {}, string: 'a', number: 1, boolean: false, null: null, undefined };
  const accepted = (name: string) =>
    Object.entries(values)
      .filter(([, value]) => functions[name]!(value))
      .map(([kind]) => kind);
  expect(Object.fromEntries(names.map((name) => [name, accepted(name)]))).toEqual({
    isArray: ['array'],
    isBoolean: ['boolean'],
    isNullOrUndefined: ['null', 'undefined'],
    isNumber: ['number'],
    isObject: ['array', 'object'],
    isString: ['string'],
  });
});

test('leaves alone what is there', () => {
  const own = () => true;
  functions.isString = own;
  restoreRemovedUtilFunctions();
  expect(functions.isString).toBe(own);
});
