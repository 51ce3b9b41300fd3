import { OperatorError, type OperatorNode } from './operator.ts';
import type { DataType } from './tensor.ts';

/** The types by ONNX's numbers, with the width of those that are stored in a wider type. */
const types: ReadonlyMap<number, { readonly dtype: DataType; readonly bits?: number }> = new Map([
  [1, { dtype: 'float32' }],
  [2, { dtype: 'uint8' }],
  [3, { dtype: 'int8' }],
  [4, { dtype: 'uint16' }],
  [5, { dtype: 'int16' }],
  [6, { dtype: 'int32' }],
  [7, { dtype: 'int64' }],
  [8, { dtype: 'string' }],
  [9, { dtype: 'bool' }],
  [10, { dtype: 'float16' }],
  [11, { dtype: 'float64' }],
  [12, { dtype: 'uint32' }],
  [13, { dtype: 'uint64' }],
  [16, { dtype: 'bfloat16' }],
  [21, { dtype: 'uint8', bits: 4 }],
  [22, { dtype: 'int8', bits: 4 }],
  [25, { dtype: 'uint8', bits: 2 }],
  [26, { dtype: 'int8', bits: 2 }],
]);

/**
 * The type in an attribute, by its ONNX number or, in nodes that importers create, by its name. `bits` is set for integers of 4 and 2 bits,
 * which are stored one per byte. Throws for 8-bit floats.
 */
export function dataTypeAttribute(node: OperatorNode, name: string): { readonly dtype: DataType; readonly bits?: number } {
  const attribute = node.node.attributes.get(name);
  const found =
    attribute?.kind === 'string' ? [...types.values()].find(({ dtype }) => dtype === attribute.value) : types.get(node.int(name));
  if (found !== undefined) return found;
  throw new OperatorError('unsupported', `the ONNX element type ${node.int(name)} is not supported`);
}
