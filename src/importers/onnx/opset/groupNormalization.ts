import type { GraphEditor } from '../../../graph/ir/editor.ts';
import { checkList } from '../../../graph/ir/limits.ts';
import { numericTensor } from '../../../graph/ir/numericTensor.ts';
import type { OperatorNode } from '../../../graph/ir/operator.ts';
import type { OpsetAdapter } from './adapter.ts';

/** In operator set 18 scale and bias have one element per group, since 21 one per channel. */
export const groupNormalizationAdapter: OpsetAdapter = {
  operators: ['GroupNormalization'],
  since: 21,
  upgrade: (view, edit) => {
    const inputs = [view.input(0).name, repeatForChannels(view, 1, edit), repeatForChannels(view, 2, edit)];
    return edit.emitLike(view.node, { inputs });
  },
};

/** Repeats each element once per channel of its group: [groups] to [groups, 1] to [groups, channels / groups] to [channels]. */
function repeatForChannels(node: OperatorNode, input: 1 | 2, edit: GraphEditor): string {
  const groups = node.int('num_groups');
  const operand = node.input(input);
  const name = input === 1 ? 'scale' : 'bias';
  const channels = node.input(0).shape?.[1];
  if (typeof channels === 'number') checkList(channels);
  if (operand.constant !== undefined && typeof channels === 'number' && channels % groups === 0 && operand.constant.size === groups) {
    const repeats = channels / groups;
    const values = operand.constant.toFloat64();
    const repeated = Float64Array.from({ length: channels }, (_, channel) => values[Math.floor(channel / repeats)] ?? 0);
    return edit.constant(numericTensor(operand.constant.dtype, [channels], repeated), name);
  }
  const count = edit.integers([groups], 'groups');
  const all = edit.emit('Shape', [node.input(0).name], { start: 1, end: 2 }, `${name}/channels`);
  const each = edit.emit('Div', [all, count], {}, `${name}/repeats`);
  const target = edit.emit('Concat', [count, each], { axis: 0 }, `${name}/target`);
  const column = edit.emit('Unsqueeze', [operand.name, edit.integers([1], 'axis')], {}, `${name}/column`);
  const matrix = edit.emit('Expand', [column, target], {}, `${name}/matrix`);
  return edit.emit('Reshape', [matrix, edit.integers([-1], 'flat')], {}, `${name}/repeated`);
}
