import type { Node } from '../../ir/graph.ts';
import { eitherWay, type GraphView } from '../../ir/graphIndex.ts';
import { type DataType, isFloat } from '../../ir/tensor.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * A matrix product whose operands are both multiplied by a number, as in ONNX exports of scaled attention, needs only one multiplication.
 */
export const mergeProductFactors: Rewrite = {
  name: 'merge-product-factors',
  operators: ['MatMul'],
  match: (node, graph) => {
    const [left, right] = node.inputs.map((name) => scaled(name, node, graph));
    if (left === undefined || right === undefined || left.dtype !== right.dtype) return undefined;
    // Multiply the smaller operand.
    return (edit) => {
      const factor = edit.scalar(left.number * right.number, left.dtype, 'factor');
      const operand = edit.emit('Mul', [left.value, factor], {}, 'scaled');
      return edit.emitLike(node, { inputs: [operand, right.value] });
    };
  },
};

interface Scaled {
  readonly value: string;
  readonly number: number;
  readonly dtype: DataType;
}

/** A value times a number, if the node is the only reader of the product. */
function scaled(name: string, reader: Node, graph: GraphView): Scaled | undefined {
  const product = graph.producer(name, 'Mul');
  const dtype = graph.typeOf(name)?.dtype;
  if (product === undefined || dtype === undefined || !isFloat(dtype) || !graph.isOnlyRead(name, reader)) return undefined;
  return eitherWay(product, (value, constant) => {
    const number = graph.numberOf(constant);
    return number === undefined ? undefined : { value, number, dtype };
  });
}
