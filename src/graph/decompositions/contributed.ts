import { float } from '../ir/graph.ts';
import { OperatorError, type OperatorNode } from '../ir/operator.ts';
import { type Decomposition, sliced, type Writer } from './decomposition.ts';

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
  decompose: (node, write) => {
    const sum = (): string => (node.optionalInput(1) ? write.node('Add', [node.input(0).name, node.input(1).name]) : node.input(0).name);
    switch (node.operator) {
      case 'com.microsoft:Gelu':
      case 'com.microsoft:BiasGelu':
        write.result(0, 'Gelu', [sum()]);
        return true;
      case 'com.microsoft:FastGelu':
        write.result(0, 'Gelu', [sum()], { approximate: 'tanh' });
        return true;
      case 'com.microsoft:QuickGelu':
        write.result(0, 'Swish', [node.input(0).name], { alpha: float(node.float('alpha', 1.702)) });
        return true;
      case 'com.microsoft:BiasAdd':
        write.result(0, 'Add', [sum(), node.input(2).name]);
        return true;
      case 'com.microsoft:BiasSplitGelu':
        return splitGelu(node, write, sum());
      default:
        return multiHeadAttention(node, write);
    }
  },
};

/** The first half of the last axis, gated by the second. */
function splitGelu(node: OperatorNode, write: Writer, value: string): boolean {
  const shape = node.shape(0);
  const [axis, size] = [shape.length - 1, shape.at(-1)];
  if (typeof size !== 'number') throw new OperatorError('shape', 'the last axis is free', 'Fix it with `shape=NAME:…`.');
  const gate = write.node('Gelu', [sliced(write, value, axis, size / 2, size)]);
  write.result(0, 'Mul', [sliced(write, value, axis, 0, size / 2), gate]);
  return true;
}

/** `MultiHeadAttention` with query, key and value apart; the bias is that of all three, one behind the other. */
function multiHeadAttention(node: OperatorNode, write: Writer): boolean {
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
    if (typeof size !== 'number') throw new OperatorError('shape', 'the last axis is free', 'Fix it with `shape=NAME:…`.');
    start += size;
    return write.node('Add', [name, sliced(write, bias.name, 0, start - size, start)]);
  });
  const heads = node.int('num_heads');
  const scale = node.float('scale', 0);
  write.results('Attention', [...operands, ...[5, 6, 7].map((index) => node.optionalInput(index)?.name ?? '')], {
    q_num_heads: heads,
    kv_num_heads: heads,
    is_causal: node.int('unidirectional', 0),
    ...(scale === 0 ? {} : { scale: float(scale) }),
  });
  return true;
}
