import { dataTypeAttribute } from '../../ir/dataType.ts';
import type { OperatorNode } from '../../ir/operator.ts';
import type { DataType } from '../../ir/tensor.ts';

/** The element type an attribute asks for by ONNX's number; `undefined` where it is left out. */
export function elementType(node: OperatorNode, attribute: string): DataType | undefined {
  return node.hasAttribute(attribute) ? dataTypeAttribute(node, attribute).dtype : undefined;
}
