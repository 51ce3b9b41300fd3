import type { GraphBuilder } from '../ir/builder.ts';
import { float } from '../ir/graph.ts';
import { OperatorError, type OperatorNode } from '../ir/operator.ts';
import type { Decomposition } from '../ir/rules.ts';

/** What onnxruntime's optimizer fuses: activations with a bias, and attention over packed heads. */
export const contributed: Decomposition = {
  name: 'contributed',
  operators: [
    'com.microsoft:Gelu',
    'com.microsoft:BiasGelu',
    'com.microsoft:FastGelu',
    'com.microsoft:QuickGelu',
    'com.microsoft:BiasAdd',
    'com.microsoft:BiasSplitGelu',
    'com.microsoft:MultiHeadAttention',
  ],
  decompose: (node, edit) => {
    const sum = (): string => (node.optionalInput(1) ? edit.emit('Add', [node.input(0).name, node.input(1).name]) : node.input(0).name);
    switch (node.operator) {
      case 'com.microsoft:Gelu':
      case 'com.microsoft:BiasGelu':
        return edit.emit('Gelu', [sum()]);
      case 'com.microsoft:FastGelu':
        return edit.emit('Gelu', [sum()], { approximate: 'tanh' });
      case 'com.microsoft:QuickGelu':
        return edit.emit('Swish', [node.input(0).name], { alpha: float(node.float('alpha', 1.702)) });
      case 'com.microsoft:BiasAdd':
        return edit.emit('Add', [sum(), node.input(2).name]);
      case 'com.microsoft:BiasSplitGelu':
        return splitGelu(node, edit, sum());
      default:
        return multiHeadAttention(node, edit);
    }
  },
};

/** The first half of the last axis, gated by the second. */
function splitGelu(node: OperatorNode, edit: GraphBuilder, value: string): string {
  const shape = node.shape(0);
  const [axis, size] = [shape.length - 1, shape.at(-1)];
  if (typeof size !== 'number') throw new OperatorError('shape', 'the last axis is free');
  const gate = edit.emit('Gelu', [edit.slice(value, axis, size / 2, size)]);
  return edit.emit('Mul', [edit.slice(value, axis, 0, size / 2), gate]);
}

/** `MultiHeadAttention` with query, key and value apart; the bias is that of all three, one behind the other. */
function multiHeadAttention(node: OperatorNode, edit: GraphBuilder): readonly string[] {
  const [query, key, value] = [0, 1, 2].map((index) => node.optionalInput(index));
  if (query?.shape?.length !== 3 || key?.shape?.length !== 3 || value?.shape?.length !== 3) {
    throw new OperatorError('unsupported', 'only query, key and value of 3 axes each are supported');
  }
  if (node.optionalInput(4) !== undefined) throw new OperatorError('unsupported', 'a padding mask of the keys is not supported');
  const bias = node.optionalInput(3);
  let start = 0;
  const operands = [query, key, value].map(({ name, shape }) => {
    if (bias === undefined) return name;
    const size = shape?.[2];
    if (typeof size !== 'number') throw new OperatorError('shape', 'the last axis is free');
    start += size;
    return edit.emit('Add', [name, edit.slice(bias.name, 0, start - size, start)]);
  });
  const heads = node.int('num_heads');
  const scale = node.float('scale', 0);
  const inputs = [...operands, ...[5, 6, 7].map((index) => node.optionalInput(index)?.name ?? '')];
  return edit.emitAll('Attention', inputs, node.outputCount, {
    q_num_heads: heads,
    kv_num_heads: heads,
    is_causal: node.int('unidirectional', 0),
    ...(scale === 0 ? {} : { scale: float(scale) }),
  });
}
