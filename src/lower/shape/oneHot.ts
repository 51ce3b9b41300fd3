import { product } from '../../graph/dimension.ts';
import { OperatorError } from '../../graph/operator.ts';
import { range } from '../../graph/ops/movement/selection.ts';
import { oneHotAxis } from '../../graph/ops/shape/oneHot.ts';
import { isFloat } from '../../graph/tensor.ts';
import { binary, unary, withScalar } from '../arithmetic.ts';
import { oneHot } from '../movement/gather.ts';
import { permuted } from '../movement/permute.ts';
import type { LoweringFamily } from '../node.ts';

/** `OneHot` of live indices, by arithmetic on whole numbers. */
export const oneHotLowerings: LoweringFamily = {
  OneHot: (node) => {
    const shape = node.shape(0);
    const axis = oneHotAxis(node, shape.length);
    const depth = node.constantIntegers(1)?.[0] ?? 0;
    const [off = 0, on = 1] = node.constant(2)?.toFloat32() ?? liveValues();
    if (!Number.isFinite(off) || !Number.isFinite(on)) throw new OperatorError('unsupported', 'OneHot with values that are not finite');
    const count = product(shape);
    const given = node.blob(0, [count, 1]);
    const hot = oneHot(node, isFloat(node.input(0).dtype) ? unary(node, 'TRUNC', given) : given, depth, count);
    const lit = on === 1 ? hot : withScalar(node, 'MUL', hot, on);
    const unlit = off === 0 ? undefined : withScalar(node, 'MUL', withScalar(node, 'RSUB', hot, 1), off);
    const blob = unlit === undefined ? lit : binary(node, 'ADD', lit, unlit);
    const order = range(shape.length).toSpliced(axis, 0, shape.length);
    node.define(0, permuted(node, { blob, shape: [...shape, depth] }, order).blob);
  },
};

function liveValues(): never {
  throw new OperatorError('unsupported', 'the values of OneHot are computed when the net runs', 'Pin them with `const=NAME:VALUE`.');
}
