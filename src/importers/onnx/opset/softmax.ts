import type { GraphEditor } from '../../../graph/ir/editor.ts';
import type { OperatorNode } from '../../../graph/ir/operator.ts';
import type { Results } from '../../../graph/ir/rules.ts';
import { changeAttributes, type OpsetAdapter } from './adapter.ts';

/**
 * Before operator set 13 the operand is flattened to a matrix whose columns are `axis` (1 by default) and all axes after it. This equals
 * the newer meaning if `axis` is the last axis or all axes after it have size 1; otherwise the flattening is made explicit.
 */
export const softmaxAdapter: OpsetAdapter = {
  operators: ['Softmax', 'LogSoftmax', 'Hardmax'],
  since: 13,
  upgrade: (node, edit) => {
    const axis = node.int('axis', 1);
    return isSingleAxis(node, axis) ? alongAxis(node, node.node.inputs, axis, edit) : throughMatrix(node, axis, edit);
  },
};

function isSingleAxis(node: OperatorNode, axis: number): boolean {
  if (axis === -1) return true;
  const { shape } = node.input(0);
  if (shape === undefined) return false;
  return shape.slice(axis < 0 ? axis + shape.length + 1 : axis + 1).every((size) => size === 1);
}

function alongAxis({ node }: OperatorNode, inputs: readonly string[], axis: number, edit: GraphEditor): readonly (string | undefined)[] {
  const attributes = changeAttributes(node, { axis: { kind: 'int', value: BigInt(axis) } });
  return edit.emitLike(node, { inputs, attributes });
}

function throughMatrix(node: OperatorNode, axis: number, edit: GraphEditor): Results {
  const x = node.input(0).name;
  const shape = edit.emit('Shape', [x], {}, 'shape');
  const matrix = edit.emit('Flatten', [x], { axis }, 'matrix');
  const [result = ''] = alongAxis(node, [matrix], -1, edit);
  return edit.emit('Reshape', [result, shape]);
}
