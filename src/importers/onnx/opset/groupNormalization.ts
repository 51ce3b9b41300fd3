import { makeNode, type Node } from '../../../graph/ir/graph.ts';
import { checkList } from '../../../graph/ir/limits.ts';
import type { OperatorNode } from '../../../graph/ir/operator.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import { changeNode, type OpsetAdapter, type OpsetContext } from './adapter.ts';

/** In operator set 18 scale and bias have one element for each group, since 21 one for each channel. */
export const groupNormalizationAdapter: OpsetAdapter = {
  operators: ['GroupNormalization'],
  since: 21,
  upgrade: (node, context) => {
    const scale = repeatForChannels(node, 1, context);
    const bias = repeatForChannels(node, 2, context);
    const inputs = [node.input(0).name, scale.output, bias.output];
    return [...scale.nodes, ...bias.nodes, changeNode(node.node, { inputs })];
  },
};

/** Each element of [groups] as often as a group has channels: [groups] to [groups, 1] to [groups, channels / groups] to [channels]. */
function repeatForChannels(
  node: OperatorNode,
  input: number,
  context: OpsetContext,
): { readonly nodes: readonly Node[]; readonly output: string } {
  const groups = node.int('num_groups');
  const operand = node.input(input);
  const channels = node.input(0).shape?.[1];
  if (typeof channels === 'number') checkList(channels);
  if (operand.constant !== undefined && typeof channels === 'number' && channels % groups === 0 && operand.constant.size === groups) {
    const repeats = channels / groups;
    const values = operand.constant.toFloat64();
    const repeated = Float64Array.from({ length: channels }, (_, channel) => values[Math.floor(channel / repeats)] ?? 0);
    const tensor =
      operand.dtype === 'float64'
        ? Tensor.of('float64', [channels], repeated)
        : Tensor.of(operand.dtype, [channels], Float32Array.from(repeated));
    return { nodes: [], output: context.constant(tensor, input === 1 ? 'scale' : 'bias') };
  }
  const role = (part: string): string => context.value(`${input === 1 ? 'scale' : 'bias'}/${part}`);
  const count = context.constant(Tensor.int64([groups]), 'groups');
  const one = context.constant(Tensor.int64([1]), 'axis');
  const minusOne = context.constant(Tensor.int64([-1]), 'flat');
  const [all, each, target, column, matrix, output] = [
    role('channels'),
    role('repeats'),
    role('target'),
    role('column'),
    role('matrix'),
    role('repeated'),
  ] as const;
  return {
    nodes: [
      makeNode('Shape', [node.input(0).name], [all], { start: 1, end: 2 }),
      makeNode('Div', [all, count], [each]),
      makeNode('Concat', [count, each], [target], { axis: 0 }),
      makeNode('Unsqueeze', [operand.name, one], [column]),
      makeNode('Expand', [column, target], [matrix]),
      makeNode('Reshape', [matrix, minusOne], [output]),
    ],
    output,
  };
}
