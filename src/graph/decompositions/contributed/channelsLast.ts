import type { GraphBuilder } from '../../ir/builder.ts';
import { float } from '../../ir/graph.ts';
import { OperatorError, type OperatorNode } from '../../ir/operator.ts';
import type { Decomposition, Results } from '../../ir/rules.ts';

/** onnxruntime's operators on channels-last images: the channels-first operators between two Transposes. */
export const channelsLast: Decomposition = {
  name: 'channels-last',
  operators: [
    'com.microsoft:NhwcMaxPool',
    'com.microsoft:NhwcConv',
    'com.microsoft:NhwcFusedConv',
    'com.microsoft:GroupNorm',
    'com.microsoft:SkipGroupNorm',
  ],
  decompose: (node, edit) => {
    const attributes = Object.fromEntries(node.node.attributes);
    switch (node.operator) {
      case 'com.microsoft:NhwcMaxPool':
        return lastAgain(edit, edit.emit('MaxPool', [channelsFirst(edit, node.input(0).name)], attributes));
      case 'com.microsoft:NhwcConv':
      case 'com.microsoft:NhwcFusedConv': {
        const added = node.optionalInput(3);
        const operands = [
          channelsFirst(edit, node.input(0).name),
          node.input(1).name,
          node.optionalInput(2)?.name ?? '',
          added === undefined ? '' : channelsFirst(edit, added.name),
        ];
        return lastAgain(edit, edit.emit('com.microsoft:FusedConv', operands, attributes));
      }
      default:
        return groupNorm(node, edit);
    }
  },
};

/** `GroupNorm` with the optional SiLU and the optional summands before it. */
function groupNorm(node: OperatorNode, edit: GraphBuilder): Results {
  const [x, gamma, beta] = [node.input(0), node.input(1), node.input(2)];
  const isLast = node.int('channels_last', 1) === 1;
  const [skip, bias] = node.operator === 'com.microsoft:SkipGroupNorm' ? [node.input(3), node.optionalInput(4)] : [];
  if (skip?.shape?.length === 2) throw new OperatorError('unsupported', 'a skip of one value for each channel is not supported');
  const biased = bias === undefined ? x.name : edit.emit('Add', [x.name, isLast ? bias.name : edit.reshape(bias.name, [-1, 1, 1])]);
  const sum = skip === undefined ? biased : edit.emit('Add', [biased, skip.name]);
  const attributes = { num_groups: node.int('groups'), epsilon: float(node.float('epsilon', 1e-5)) };
  const normalized = edit.emit('GroupNormalization', [isLast ? channelsFirst(edit, sum) : sum, gamma.name, beta.name], attributes);
  const activated = node.int('activation') === 1 ? edit.emit('Mul', [normalized, edit.emit('Sigmoid', [normalized])]) : normalized;
  return [isLast ? lastAgain(edit, activated) : activated, sum];
}

function channelsFirst(edit: GraphBuilder, value: string): string {
  const rank = rankOf(edit, value);
  return edit.transpose(value, [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 1)]);
}

function lastAgain(edit: GraphBuilder, value: string): string {
  const rank = rankOf(edit, value);
  return edit.transpose(value, [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1]);
}

function rankOf(edit: GraphBuilder, value: string): number {
  const rank = edit.typeOf(value)?.shape?.length;
  if (rank === undefined) throw new OperatorError('shape', 'the rank is unknown');
  return rank;
}
