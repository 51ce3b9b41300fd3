import { OperatorError } from '../../../graph/ir/operator.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** Products of matrices. */
export const matrixOperatorRules: OperatorRules = {
  dot: (node) => {
    const [left, right] = operands(
      node,
      (rank) => Array.from({ length: rank }, (_, axis) => (axis + rank - 1) % rank),
      (rank) => Array.from({ length: rank }, (_, axis) => (axis + 1) % rank),
    );
    const rank = node.shapeOf(right).length;
    if (rank > 2) throw new OperatorError('unsupported', `the second operand has ${rank} axes`, 'Export the model with matrices.');
    const product = node.emit('MatMul', [left, right]);
    // MXNet returns a scalar as a vector of one element.
    return node.shapeOf(product).length === 0 ? node.reshape(product, [1]) : product;
  },
  batch_dot: (node) => node.emit('MatMul', batched(node)),
  _linalg_gemm2: (node) => scaled(node, node.emit('MatMul', batched(node)), 'alpha'),
  linalg_gemm2: (node) => scaled(node, node.emit('MatMul', batched(node)), 'alpha'),
  _linalg_gemm: (node) =>
    node.emit('Add', [scaled(node, node.emit('MatMul', batched(node)), 'alpha'), scaled(node, node.input(2), 'beta')]),
};

function scaled(node: SymbolOperator, value: string, name: string): string {
  const factor = node.attributes.number(name, 1);
  return factor === 1 ? value : node.emit('Mul', [value, node.scalarLike(factor, value)]);
}

/** The operands, with matrices in the last two axes. */
function batched(node: SymbolOperator): readonly [string, string] {
  const swapped = (rank: number): readonly number[] => [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2];
  return operands(node, swapped, swapped);
}

function operands(
  node: SymbolOperator,
  left: (rank: number) => readonly number[],
  right: (rank: number) => readonly number[],
): readonly [string, string] {
  const transposed = (index: number, name: string, perm: (rank: number) => readonly number[]): string => {
    const value = node.input(index);
    return node.attributes.boolean(name, false) ? node.transpose(value, perm(node.shapeOf(value).length)) : value;
  };
  return [transposed(0, 'transpose_a', left), transposed(1, 'transpose_b', right)];
}
