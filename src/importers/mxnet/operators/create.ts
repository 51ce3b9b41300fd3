import { OperatorError } from '../../../graph/ir/operator.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import type { ConvertOperator, OperatorRules, SymbolOperator } from '../operator.ts';

/** Constants. MXNet infers a size of 0, which is the batch; it becomes 1, which broadcasts over the batch. */
export const createOperatorRules: OperatorRules = {
  _zeros: filled(0),
  _ones: filled(1),
  zeros: filled(0),
  ones: filled(1),
  _full: (node) => filled(node.attributes.number('value', 0))(node),
  zeros_like: (node) => node.constant(constantTensor(node.sizesOf(node.input(0)), 0)),
  ones_like: (node) => node.constant(constantTensor(node.sizesOf(node.input(0)), 1)),
  _arange: (node) => {
    const { attributes } = node;
    const [first, second] = [attributes.number('start', 0), attributes.number('stop', undefined)];
    const [start, stop] = second === undefined ? [0, first] : [first, second];
    const step = attributes.number('step', 1);
    return counted(node, start, step, Math.max(0, Math.ceil((stop - start) / step)));
  },
  _contrib_arange_like: (node) => {
    const { attributes } = node;
    const sizes = node.sizesOf(node.input(0));
    const axis = attributes.integer('axis', undefined);
    const repeat = attributes.integer('repeat', 1);
    const size = axis === undefined ? sizes.reduce((product, entry) => product * entry, 1) : (sizes[node.axis(axis, sizes.length)] ?? 1);
    const values = counted(node, attributes.number('start', 0), attributes.number('step', 1), Math.ceil(size / repeat));
    return axis === undefined ? node.reshape(values, sizes) : values;
  },
};

/** Maximum number of elements of a generated constant. */
const maxElements = 1 << 22;

function counted(node: SymbolOperator, start: number, step: number, count: number): string {
  const repeat = node.attributes.integer('repeat', 1);
  if (!(count * repeat <= maxElements)) throw new OperatorError('limit', `expected at most ${maxElements} elements, got ${count * repeat}`);
  node.reserve(count * repeat);
  const values = Float32Array.from({ length: count * repeat }, (_, index) => start + step * Math.floor(index / repeat));
  return node.constant(Tensor.of('float32', [values.length], values));
}

function filled(value: number): ConvertOperator {
  return (node) =>
    node.constant(
      constantTensor(
        node.attributes.integers('shape', []).map((size) => (size > 0 ? size : 1)),
        value,
      ),
    );
}

function constantTensor(sizes: readonly number[], value: number): Tensor {
  const count = sizes.reduce((product, size) => product * size, 1);
  if (count > maxElements) throw new OperatorError('limit', `expected at most ${maxElements} elements, got ${count}`);
  return Tensor.of('float32', sizes, new Float32Array(count).fill(value));
}
