import * as tf from '@tensorflow/tfjs';
import { loadBinding } from '../native/loadBinding';
import type { KernelDefinition } from './kernelRegistration';

/** x [B, T, C], mask [B, T] or none -> maximum [B, C] and, saved, the timestep of each */
export const maxOverTimeKernel: KernelDefinition<object> = {
  kernelName: 'MaxOverTime',
  outputShapes({ x: { shape } }) {
    const [batch, , channels] = shape;
    return [
      [batch, channels],
      [batch, channels],
    ];
  },
  saved: [false, true],
  run(read, [maximum, when], { x, mask }) {
    const [batch, length, channels] = x.shape;
    loadBinding().maxOverTime(batch, length, channels, read('x'), mask ? read('mask') : null, maximum, when);
  },
};

/** x for its shape and its place on the tape alone, when, dMaximum -> dx [B, T, C] */
export const maxOverTimeGradKernel: KernelDefinition<object> = {
  kernelName: 'MaxOverTimeGrad',
  outputShapes: ({ x }) => [x.shape],
  run(read, [dx], { x }) {
    const [batch, length, channels] = x.shape;
    loadBinding().maxOverTimeGrad(batch, length, channels, read('when'), read('dMaximum'), dx);
  },
};

export const maxOverTimeGradient: tf.GradConfig = {
  kernelName: maxOverTimeKernel.kernelName,
  inputsToSave: ['x'],
  outputsToSave: maxOverTimeKernel.saved,
  gradFunc(dys, [x, when]) {
    const [dMaximum] = dys as tf.Tensor[];
    const dx = () =>
      (tf.engine().runKernel(maxOverTimeGradKernel.kernelName, { x, when, dMaximum }) as unknown as tf.Tensor[])[0];
    // No gradient of a mask: tfjs asks for one all the same where it is an input.
    return { x: dx, mask: () => tf.zeros(x.shape.slice(0, 2)) };
  },
};
