import { dataTypeAttribute } from '../../dataType.ts';
import type { OperatorNode } from '../../operator.ts';
import type { DataType } from '../../tensor.ts';

/** The element type an attribute asks for by ONNX's number; `undefined` where it is left out. */
export function elementType(node: OperatorNode, attribute: string): DataType | undefined {
  return node.hasAttribute(attribute) ? dataTypeAttribute(node, attribute).dtype : undefined;
}
