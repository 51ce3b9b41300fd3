import { pinOrFixShapes } from '../../diagnostics/remedies.ts';
import { product } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { isFloat } from '../../graph/ir/tensor.ts';
import { sliceRange } from '../../graph/ops/movement/selection.ts';
import { oneHotAxis } from '../../graph/ops/shape/oneHot.ts';
import { binary, unary, withScalar } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import { counted, oneHot } from '../movement/lookup.ts';
import { taken } from '../movement/take.ts';
import { permuted } from '../movement/transpose.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';

/** `OneHot` of dynamic indices, with arithmetic on integers. The depth may be dynamic if the model declares the shape of the result. */
export const oneHotLowerings: LoweringFamily = {
  OneHot: (node) => {
    const shape = node.shape(0);
    const axis = oneHotAxis(node, shape.length);
    const depth = node.outputShape()[axis];
    if (typeof depth !== 'number') {
      throw new OperatorError('shape', 'the depth of OneHot is computed when the net runs', pinOrFixShapes);
    }
    const count = product(shape);
    const indices = node.blob(0, [count, 1]);
    const whole = isFloat(node.input(0).dtype) ? unary(node, 'TRUNC', indices) : indices;
    const blob = withValues(node, oneHot(node, counted(node, whole, depth), depth));
    const order = sliceRange(shape.length).toSpliced(axis, 0, shape.length);
    node.define(0, permuted(node, { blob, shape: [...shape, depth] }, order).blob);
  },
};

/** Maps zeros and ones to the values of input 2, `[off, on]`. A product with 0 is 0 for finite values, so nothing is rounded. */
function withValues(node: LoweringNode, hot: DraftBlob): DraftBlob {
  const values = node.constant(2)?.toFloat32();
  if (values === undefined) {
    const pair = { blob: node.blob(2, [2]), shape: [2] };
    const value = (index: number): DraftBlob => node.view(taken(node, pair, 0, [index]).blob, [1, 1]);
    return binary(node, 'ADD', binary(node, 'MUL', hot, value(1)), binary(node, 'MUL', withScalar(node, 'RSUB', hot, 1), value(0)));
  }
  const [off = 0, on = 1] = values;
  if (!Number.isFinite(off) || !Number.isFinite(on))
    throw new OperatorError('unsupported', 'OneHot with non-finite values is not supported');
  const lit = on === 1 ? hot : withScalar(node, 'MUL', hot, on);
  return off === 0 ? lit : binary(node, 'ADD', lit, withScalar(node, 'MUL', withScalar(node, 'RSUB', hot, 1), off));
}
