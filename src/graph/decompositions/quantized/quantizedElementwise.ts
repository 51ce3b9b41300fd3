import type { GraphBuilder, NodeAttributes } from '../../ir/builder.ts';
import type { Operand, OperatorNode } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';

/** onnxruntime's element-wise operators on quantized tensors: dequantized, computed and quantized again. */
export const quantizedElementwise: Decomposition = {
  name: 'quantized-elementwise',
  operators: [
    'com.microsoft:QLinearAdd',
    'com.microsoft:QLinearMul',
    'com.microsoft:QLinearSigmoid',
    'com.microsoft:QLinearLeakyRelu',
    'com.microsoft:QLinearSoftmax',
  ],
  decompose: (node, edit) => {
    const operator = node.operator.slice('com.microsoft:QLinear'.length);
    const binary = operator === 'Add' || operator === 'Mul';
    const operands = binary ? [real(node, edit, 0), real(node, edit, 3)] : [real(node, edit, 0)];
    const target = binary ? 6 : 3;
    const [scale, zero] = [node.input(target).name, node.optionalInput(target + 1) ?? implied(node, edit)];
    return edit.emit('QuantizeLinear', [edit.emit(operator, operands, attributesOf(node, operator)), scale, zero.name]);
  },
};

/** Dequantizes an operand that is followed by its scale and zero point. */
function real(node: OperatorNode, edit: GraphBuilder, index: number): string {
  return edit.emit('DequantizeLinear', [node.input(index).name, node.input(index + 1).name, node.optionalInput(index + 2)?.name ?? '']);
}

/** A zero point of 0 in the type of the operands. */
function implied(node: OperatorNode, edit: GraphBuilder): Pick<Operand, 'name'> {
  return { name: edit.scalar(0, node.input(0).dtype) };
}

function attributesOf(node: OperatorNode, operator: string): NodeAttributes {
  const alpha = node.node.attributes.get('alpha');
  if (operator === 'LeakyRelu' && alpha !== undefined) return { alpha };
  return operator === 'Softmax' ? { axis: node.int('axis', -1) } : {};
}
