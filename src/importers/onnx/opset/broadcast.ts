import { makeNode, type Node } from '../../../graph/ir/graph.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import { changeNode, type OpsetAdapter, type OpsetContext } from './adapter.ts';

/**
 * Before operator set 7 an operand is spread over another where `broadcast` says so, beginning at the axis `axis` of that one
 * (from the back where none is given, as today).
 */
export const broadcastAdapter: OpsetAdapter = {
  operators: ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'And', 'Or', 'Xor', 'Equal', 'Greater', 'Less'],
  since: 7,
  upgrade: (node, context) => {
    const attributes = { broadcast: undefined, axis: undefined, consumed_inputs: undefined };
    const [a, b] = [node.input(0).name, node.input(1).name];
    const axis = node.int('broadcast', 0) === 0 ? undefined : node.int('axis', undefined);
    if (axis === undefined) return [changeNode(node.node, { attributes })];
    const aligned = alignAt(a, b, axis, context);
    return [...aligned.nodes, changeNode(node.node, { inputs: [a, aligned.output], attributes })];
  },
};

/** Before operator set 7 a list of slopes is one for each channel, which is axis 1. */
export const slopeAdapter: OpsetAdapter = {
  operators: ['PRelu'],
  since: 7,
  upgrade: (node, context) => {
    const [x, slopes] = [node.input(0).name, node.input(1).name];
    const aligned = alignAt(x, slopes, 1, context);
    return [...aligned.nodes, changeNode(node.node, { inputs: [x, aligned.output], attributes: { consumed_inputs: undefined } })];
  },
};

/** `b` with axes of size 1 behind its own, so that its first axis is `axis` of `a`. Ranks are not known yet, and fold later. */
function alignAt(a: string, b: string, axis: number, context: OpsetContext): { readonly nodes: readonly Node[]; readonly output: string } {
  const value = (role: string): string => context.value(`operand/${role}`);
  const [shape, rank, ownShape, ownRank] = [value('shape'), value('rank'), value('ownShape'), value('ownRank')];
  const [end, axes, output] = [value('end'), value('axes'), value('aligned')];
  const constant = (number: number, role: string): string => context.constant(Tensor.int64([number], []), `operand/${role}`);
  return {
    nodes: [
      makeNode('Shape', [a], [shape]),
      makeNode('Size', [shape], [rank]),
      makeNode('Shape', [b], [ownShape]),
      makeNode('Size', [ownShape], [ownRank]),
      // A negative axis counts from the back of `a`.
      axis < 0 ? makeNode('Identity', [constant(-axis, 'back')], [end]) : makeNode('Sub', [rank, constant(axis, 'axis')], [end]),
      makeNode('Range', [ownRank, end, constant(1, 'step')], [axes]),
      makeNode('Unsqueeze', [b, axes], [output]),
    ],
    output,
  };
}
