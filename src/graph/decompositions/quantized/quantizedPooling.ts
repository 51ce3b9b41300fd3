import type { GraphBuilder } from '../../ir/builder.ts';
import { OperatorError, type OperatorNode } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';

/** onnxruntime's operators that pool, reduce, join or select quantized tensors: dequantized, computed and quantized again. */
export const quantizedPooling: Decomposition = {
  name: 'quantized-pooling',
  operators: [
    'com.microsoft:QLinearAveragePool',
    'com.microsoft:QLinearGlobalAveragePool',
    'com.microsoft:QLinearReduceMean',
    'com.microsoft:QLinearConcat',
    'com.microsoft:QLinearWhere',
  ],
  decompose: (node, edit) => {
    const result = (value: string, scale: number): string =>
      edit.emit('QuantizeLinear', [
        value,
        node.input(scale).name,
        node.optionalInput(scale + 1)?.name ?? edit.scalar(0, node.input(0).dtype),
      ]);
    switch (node.operator) {
      case 'com.microsoft:QLinearConcat': {
        const count = (node.inputCount - 2) / 3;
        const parts = Array.from({ length: count }, (_, index) => real(node, edit, 2 + 3 * index));
        return result(edit.emit('Concat', parts, { axis: node.int('axis') }), 0);
      }
      case 'com.microsoft:QLinearWhere':
        return result(edit.emit('Where', [node.input(0).name, real(node, edit, 1), real(node, edit, 4)]), 7);
      case 'com.microsoft:QLinearReduceMean': {
        const axes = node.ints('axes', undefined);
        const operands = [real(node, edit, 0), ...(axes === undefined ? [] : [edit.integers(axes)])];
        return result(edit.emit('ReduceMean', operands, { keepdims: node.int('keepdims', 1) }), 3);
      }
      default:
        return result(pooled(node, edit), 3);
    }
  },
};

/** Dequantizes an operand that is followed by its scale and zero point. */
function real(node: OperatorNode, edit: GraphBuilder, index: number): string {
  return edit.emit('DequantizeLinear', [node.input(index).name, node.input(index + 1).name, node.optionalInput(index + 2)?.name ?? '']);
}

function pooled(node: OperatorNode, edit: GraphBuilder): string {
  if (node.int('channels_last', 0) === 1) throw new OperatorError('unsupported', 'quantized pooling with channels last is not supported');
  if (node.operator === 'com.microsoft:QLinearGlobalAveragePool') return edit.emit('GlobalAveragePool', [real(node, edit, 0)]);
  const attributes = Object.entries(Object.fromEntries(node.node.attributes)).filter(([name]) => name !== 'channels_last');
  return edit.emit('AveragePool', [real(node, edit, 0)], Object.fromEntries(attributes));
}
