import * as tf from '@tensorflow/tfjs';
import { type Access, accessByBackend } from './access';

type Inputs = Record<string, tf.TensorInfo>;

/** A kernel of ours, the same on every backend. */
export interface KernelDefinition<Attributes> {
  kernelName: string;
  outputShapes(inputs: Inputs, attributes: Attributes): number[][];
  /**
   * Which outputs are only saved for the backward pass. Where clones share memory they get the shape [0], while their data is whole: tfjs makes zeros of that shape
   * for the gradient of an output that nobody uses.
   */
  saved?: boolean[];
  /** Fills `outputs`; `read` gives the values of the input of that name. */
  run(read: (name: string) => Float32Array, outputs: Float32Array[], inputs: Inputs, attributes: Attributes): void;
}

/** Registers a kernel on cpu, native, wasm and tensorflow. */
export function registerKernelEverywhere(definition: KernelDefinition<object>): void {
  const { kernelName } = definition;
  for (const [backendName, access] of Object.entries<Access<never>>(accessByBackend)) {
    tf.registerKernel({ kernelName, backendName, kernelFunc: kernelFunction(definition, access) });
  }
}

function kernelFunction(definition: KernelDefinition<object>, access: Access<never>): tf.KernelFunc {
  return (call) => {
    const inputs = call.inputs as Inputs;
    const attributes = call.attrs as object;
    const backend = call.backend as never;
    const outputs = definition.outputShapes(inputs, attributes).map((shape) => access.out(backend, shape));
    definition.run(
      (name) => access.get(backend, inputs[name]),
      outputs.map((output) => output.view()),
      inputs,
      attributes,
    );
    return outputs.map(({ info }, i) =>
      definition.saved?.[i] && access.clonesShareMemory ? { ...info, shape: [0] } : info,
    );
  };
}

/**
 * The gradient of a kernel that itself computes a gradient: an Error. Without it tfjs throws too, but in words of its own. For the error to come,
 * and for no term to go missing silently, such a kernel must take every tensor its result depends on as an input, also where it needs only what was
 * saved of it: a saved input is connected to its origin on the tape, a saved output is not.
 */
export function registerNoGradient(kernelName: string, op: string): void {
  tf.registerGradient({
    kernelName,
    gradFunc: () => {
      throw new Error(`${op} cannot be differentiated that often: kernel ${kernelName} has no gradient`);
    },
  });
}
