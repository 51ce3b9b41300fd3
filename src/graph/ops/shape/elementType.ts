import { OperatorError, type OperatorNode } from '../../operator.ts';
import type { DataType } from '../../tensor.ts';

/** ONNX's numbers for element types. */
const elementTypes: ReadonlyMap<number, DataType> = new Map([
  [1, 'float32'],
  [2, 'uint8'],
  [3, 'int8'],
  [4, 'uint16'],
  [5, 'int16'],
  [6, 'int32'],
  [7, 'int64'],
  [8, 'string'],
  [9, 'bool'],
  [10, 'float16'],
  [11, 'float64'],
  [12, 'uint32'],
  [13, 'uint64'],
  [16, 'bfloat16'],
]);

/** The element type an attribute gives by ONNX's number; `undefined` where it is left out. */
export function elementType(node: OperatorNode, attribute: string): DataType | undefined {
  const number = node.int(attribute, undefined);
  if (number === undefined) return undefined;
  const dtype = elementTypes.get(number);
  if (dtype === undefined) throw new OperatorError('unsupported', `the element type ${number} is not supported`);
  return dtype;
}
