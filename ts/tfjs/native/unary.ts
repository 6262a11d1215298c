import { UnaryOp } from '../../native/NativeBinding';
import { loadBinding } from '../../native/loadBinding';
import { type Override, isDenseFloat32, read } from './override';

function unary(op: UnaryOp): Override {
  return ({ inputs: { x }, backend }) => {
    if (!isDenseFloat32(x)) return undefined;
    const { info, array } = backend.makePooled(x.shape);
    loadBinding().unary(op, array.length, read(backend, x), array);
    return info;
  };
}

const step = unary(UnaryOp.Step);

export const unaryOverrides: Record<string, Override> = {
  Abs: unary(UnaryOp.Abs),
  Exp: unary(UnaryOp.Exp),
  Log: unary(UnaryOp.Log),
  Neg: unary(UnaryOp.Neg),
  Relu: unary(UnaryOp.Relu),
  Sigmoid: unary(UnaryOp.Sigmoid),
  Sqrt: unary(UnaryOp.Sqrt),
  Square: unary(UnaryOp.Square),
  /** alpha is the slope below 0, which the addon takes as 0. */
  Step: (call) => (call.attrs.alpha ? undefined : step(call)),
  Tanh: unary(UnaryOp.Tanh),
};
