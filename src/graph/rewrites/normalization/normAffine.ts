import { isStatic, type Shape, sameShape } from '../../ir/dimension.ts';
import type { Node } from '../../ir/graph.ts';
import { eitherWay, type GraphView } from '../../ir/graphIndex.ts';
import type { Tensor } from '../../ir/tensor.ts';
import type { Rewrite } from '../rewrite.ts';

/** Moves a constant scale, and then a constant shift, after a normalization into the normalization if it has none. */
export const absorbNormAffine: Rewrite = {
  name: 'absorb-norm-affine',
  operators: ['Mul', 'Add'],
  match: (node, graph) => {
    const operand = node.operator === 'Mul' ? 1 : 2;
    return eitherWay(node, (normalized, constant) => {
      const norm = graph.producer(normalized);
      const tensor = graph.constantOf(constant);
      if (norm === undefined || tensor === undefined || !isFree(norm, operand, graph) || !graph.isOnlyRead(normalized, node))
        return undefined;
      const scale = graph.constantOf(norm.inputs[1]);
      const shaped = scale && asShape(tensor, scale.shape);
      if (shaped === undefined) return undefined;
      return (edit) => {
        const inputs = [...norm.inputs.slice(0, operand), edit.constant(shaped, operand === 1 ? 'scale' : 'shift')];
        return edit.emitLike(norm, { inputs, outputs: node.outputs });
      };
    });
  },
};

/** Whether the normalization has no shift yet and, for a scale, only a scale of ones; RMSNormalization has no shift at all. */
function isFree(norm: Node, operand: 1 | 2, graph: GraphView): boolean {
  const shifts = norm.operator === 'LayerNormalization';
  if (!shifts && norm.operator !== 'RMSNormalization') return false;
  if (norm.inputs[2] || norm.outputs.length > 1) return false;
  if (operand === 2) return shifts;
  const scale = graph.constantOf(norm.inputs[1]);
  return scale?.toFloat32().every((value) => value === 1) ?? false;
}

/** The constant in the shape of the normalized axes; `undefined` if it is broadcast along them or varies along other axes. */
export function asShape(tensor: Tensor, shape: Shape): Tensor | undefined {
  const sizes = [...tensor.shape];
  while (sizes.length > shape.length && sizes[0] === 1) sizes.shift();
  return sameShape(sizes, shape) && isStatic(shape) ? tensor.reshape(shape) : undefined;
}
