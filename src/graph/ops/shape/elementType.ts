import { dataTypeAttribute } from '../../ir/dataType.ts';
import type { OperatorNode } from '../../ir/operator.ts';
import type { DataType } from '../../ir/tensor.ts';

/** The element type of an attribute, in ONNX's numbering; `undefined` if it is omitted. */
export function elementType(node: OperatorNode, attribute: string): DataType | undefined {
  return node.hasAttribute(attribute) ? dataTypeAttribute(node, attribute).dtype : undefined;
}
