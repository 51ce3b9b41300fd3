import type { GraphBuilder } from '../../../graph/ir/builder.ts';
import type { TracedTensor } from './tensor.ts';
import { boolValue, floatValue, intValue, type TorchValue } from './value.ts';

/** The number in a tensor with one element, like `item()`; `undefined` if it is dynamic. */
export function numberIn(graph: GraphBuilder, { value, dtype }: TracedTensor): TorchValue | undefined {
  const constant = graph.constantOf(value);
  if (constant?.size === 1) {
    const [element = 0] = constant.values();
    if (dtype === 'bool') return boolValue(Number(element) !== 0);
    if (typeof element === 'bigint') return intValue(element);
    return dtype.includes('int') ? intValue(Number(element)) : floatValue(Number(element));
  }
  const [dimension, ...more] = graph.typeOf(value)?.elements ?? [];
  if (dimension === undefined || more.length > 0) return undefined;
  return typeof dimension === 'number' ? intValue(dimension) : { kind: 'dimension', dimension, value: graph.reshape(value, []) };
}
