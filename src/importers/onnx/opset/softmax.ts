import { makeNode, type Node } from '../../../graph/ir/graph.ts';
import type { OperatorNode } from '../../../graph/ir/operator.ts';
import { changeNode, type OpsetAdapter, type OpsetContext } from './adapter.ts';

/**
 * Before operator set 13 the operand is seen as a matrix, with `axis` (1 unless given) and all axes behind it as its
 * columns. That is the newer meaning where `axis` is the last one, or all behind it are of size 1; otherwise the view is written out.
 */
export const softmaxAdapter: OpsetAdapter = {
  operators: ['Softmax', 'LogSoftmax', 'Hardmax'],
  since: 13,
  upgrade: (node, context) => {
    const axis = node.int('axis', 1);
    return singleAxis(node, axis) ? [withAxis(node.node, axis)] : throughMatrix(node, axis, context);
  },
};

function singleAxis(node: OperatorNode, axis: number): boolean {
  if (axis === -1) return true;
  const { shape } = node.input(0);
  if (shape === undefined) return false;
  return shape.slice(axis < 0 ? axis + shape.length + 1 : axis + 1).every((size) => size === 1);
}

function withAxis(node: Node, axis: number): Node {
  return changeNode(node, { attributes: { axis: { kind: 'int', value: BigInt(axis) } } });
}

function throughMatrix(node: OperatorNode, axis: number, context: OpsetContext): readonly Node[] {
  const x = node.input(0).name;
  const shape = context.value('shape');
  const matrix = context.value('matrix');
  const result = context.value('result');
  return [
    makeNode('Shape', [x], [shape]),
    makeNode('Flatten', [x], [matrix], { axis }),
    changeNode(withAxis(node.node, -1), { inputs: [matrix], outputs: [result] }),
    makeNode('Reshape', [result, shape], node.node.outputs),
  ];
}
