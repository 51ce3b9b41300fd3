import type { Decomposition } from '../../ir/rules.ts';

/** onnxruntime's operators that ONNX adopted later with the same operands and attributes, with their names in ONNX. */
const names: Readonly<Record<string, string>> = {
  'com.microsoft:QuantizeLinear': 'QuantizeLinear',
  'com.microsoft:DequantizeLinear': 'DequantizeLinear',
  'com.microsoft:GatherND': 'GatherND',
  'com.microsoft:Pad': 'Pad',
  'com.microsoft:Range': 'Range',
  'com.microsoft:Trilu': 'Trilu',
  'com.microsoft:TransposeMatMul': 'com.microsoft:FusedMatMul',
};

export const renamedOperators: Decomposition = {
  name: 'renamed-operators',
  operators: Object.keys(names),
  decompose: ({ node, outputCount }, edit) =>
    edit.emitAll(names[node.operator] ?? node.operator, node.inputs, outputCount, Object.fromEntries(node.attributes)),
};
