import { copyBox } from './copyBox';
import { type Override, isDenseFloat32, read } from './override';

export const pad: Override = ({ inputs: { x }, backend, attrs }) => {
  if (!isDenseFloat32(x)) return undefined;
  const { paddings, constantValue } = attrs as { paddings: Array<[number, number]>; constantValue: number };
  const shape = x.shape.map((size, axis) => paddings[axis][0] + size + paddings[axis][1]);
  const { info, array } = backend.makePooled(shape);
  array.fill(constantValue);
  copyBox(
    x.shape,
    { array: read(backend, x), shape: x.shape, start: x.shape.map(() => 0) },
    {
      array,
      shape,
      start: paddings.map(([before]) => before),
    },
  );
  return info;
};
