import type { Attribute } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';

/** The value of a `Constant` node, from whichever attribute holds it; `undefined` if none does. */
export function constantValue(attributes: ReadonlyMap<string, Attribute>): Tensor | undefined {
  for (const name of forms) {
    const attribute = attributes.get(name);
    switch (attribute?.kind) {
      case 'tensor':
        return attribute.value;
      case 'float':
        return Tensor.of('float32', [], Float32Array.of(attribute.value));
      case 'floats':
        return Tensor.of('float32', [attribute.value.length], Float32Array.from(attribute.value));
      case 'int':
        return Tensor.int64([attribute.value], []);
      case 'ints':
        return Tensor.int64(attribute.value);
      case 'string':
        return Tensor.of('string', [], [attribute.value]);
      case 'strings':
        return Tensor.of('string', [attribute.value.length], attribute.value);
    }
  }
  return undefined;
}

const forms = ['value', 'sparse_value', 'value_float', 'value_floats', 'value_int', 'value_ints', 'value_string', 'value_strings'];
