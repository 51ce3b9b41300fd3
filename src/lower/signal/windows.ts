import { isStatic } from '../../graph/ir/dimension.ts';
import { windowCoefficients, windowValues } from '../../graph/ops/signal/windows.ts';
import type { Lowering, LoweringFamily } from '../node.ts';

/** Windows with a dynamic size. They are constant if the model declares the shape of the result. */
export const windowLowerings: LoweringFamily = Object.fromEntries(
  Object.entries(windowCoefficients).map(([name, coefficients]) => [name, declaredWindow(coefficients)]),
);

function declaredWindow(coefficients: readonly number[]): Lowering {
  return (node) => {
    const shape = node.outputShape();
    const [size = 0] = isStatic(shape) ? shape : (node.constantIntegers(0) ?? []);
    node.reserve(size);
    node.define(0, node.constantBlob(Float32Array.from(windowValues(node, coefficients, size)), [size], 'window'));
  };
}
