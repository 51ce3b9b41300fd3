import { type Shape, sameShape } from '../ir/dimension.ts';
import { type Operand, OperatorError } from '../ir/operator.ts';
import type { Decomposition } from '../ir/rules.ts';
import { Tensor } from '../ir/tensor.ts';

/**
 * `ScatterElements` that writes one number to one position of each lane of a uniform constant, as PyTorch creates one-hot vectors: the
 * positions are compared with the indices. Other ScatterElements are not decomposed.
 */
export const oneHotScatter: Decomposition = {
  name: 'one-hot-scatter',
  operators: ['ScatterElements'],
  decompose: (node, edit) => {
    const [data, indices, updates] = [node.input(0), node.input(1), node.input(2)];
    const [off, on] = [uniform(data), uniform(updates)];
    const [shape, places] = [data.shape, indices.shape];
    if (off === undefined || on === undefined || indices.constant !== undefined || shape === undefined || places === undefined)
      return undefined;
    if (node.string('reduction', 'none') !== 'none') return undefined;
    const axis = node.axis(node.int('axis', 0), shape.length);
    const depth = shape[axis];
    const line: Shape = shape.map((size, place) => (place === axis ? 1 : size));
    if (typeof depth !== 'number' || !sameShape(line, places)) return undefined;
    const type = data.dtype;
    if (type === 'string') throw new OperatorError('unsupported', 'strings cannot be scattered');
    const values = edit.emit('Concat', [edit.constant(off), edit.constant(on)], { axis: 0 });
    return edit.emit('OneHot', [edit.squeeze(indices.name, [axis]), edit.constant(Tensor.int64([depth], [])), values], { axis });
  },
};

/** The value of a uniform constant, as a vector of one element. */
function uniform({ constant }: Operand): Tensor | undefined {
  if (constant === undefined || constant.size === 0) return undefined;
  const [first, ...others] = constant.toFloat64();
  if (first === undefined || others.some((value) => value !== first)) return undefined;
  return Tensor.of(constant.dtype, [1], constant.values().slice(0, 1));
}
