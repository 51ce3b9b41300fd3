import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';

/**
 * `UnitLength`: what a rewrite finds, no operator of ONNX. Vectors along an axis divided by their euclidean length, which `guard` and
 * `epsilon` keep from 0: `max(‖x‖, ε)` for `norm`, `sqrt(max(‖x‖², ε))` for `square`, `sqrt(‖x‖² + ε)` for `sum`.
 */
export const unitLengthOperators: OperatorFamily = {
  UnitLength: { infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }] },
};

export type LengthGuard = 'norm' | 'square' | 'sum';

export function lengthGuard(node: OperatorNode): LengthGuard {
  const guard = node.string('guard');
  if (guard === 'norm' || guard === 'square' || guard === 'sum') return guard;
  throw new OperatorError('invalid', `the guard "${guard}" does not exist`);
}
