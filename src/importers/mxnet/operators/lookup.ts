import { OperatorError } from '../../../graph/ir/operator.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** Lookups by index. MXNet indices are floats. */
export const lookupOperatorRules: OperatorRules = {
  Embedding: { convert: embedding, arguments: ['data', 'weight'], lookup: { table: 1, indices: 0 } },
  take: { convert: take, lookup: { table: 0, indices: 1 } },
  pick: (node) => {
    const shape = node.shapeOf(node.input(0));
    const axis = node.axis(node.attributes.integer('axis', -1), shape.length);
    const places = bounded(node, shape[axis] ?? 1);
    const wide = node.shapeOf(places).length === shape.length ? places : node.unsqueeze(places, [axis]);
    const chosen = node.emit('GatherElements', [node.input(0), wide], { axis });
    return node.attributes.boolean('keepdims', false) ? chosen : node.squeeze(chosen, [axis]);
  },
  one_hot: (node) => {
    const { attributes } = node;
    const values = Tensor.float32([attributes.number('off_value', 0), attributes.number('on_value', 1)], [2]);
    const depth = node.constant(Tensor.int64([attributes.integer('depth', 0)], []));
    return node.emit('OneHot', [indices(node, 0), depth, node.constant(values)], { axis: -1 });
  },
};

function embedding(node: SymbolOperator): string {
  const table = node.weight(1, [node.attributes.integer('input_dim', 0), node.attributes.integer('output_dim', 0)]);
  return node.emit('Gather', [table, indices(node, 0)], { axis: 0 });
}

function take(node: SymbolOperator): string {
  const shape = node.shapeOf(node.input(0));
  const axis = node.axis(node.attributes.integer('axis', 0), shape.length);
  return node.emit('Gather', [node.input(0), bounded(node, shape[axis] ?? 1)], { axis });
}

function indices(node: SymbolOperator, operand: number): string {
  const value = node.input(operand);
  return /^int(32|64)$/.test(node.dtype(value)) ? value : node.emit('Cast', [value], { to: 'int64' });
}

/** Brings indices into the range of the axis: depending on `mode`, out-of-range indices are clamped or wrapped. */
function bounded(node: SymbolOperator, size: number | string): string {
  const mode = node.attributes.choice('mode', ['clip', 'wrap', 'raise'], 'clip');
  const value = node.input(1);
  const constant = node.constantOf(value);
  if (constant === undefined) return indices(node, 1);
  if (typeof size !== 'number') throw new OperatorError('shape', 'the size of the axis is unknown');
  const places = [...constant.toFloat64()].map((entry) => {
    const index = Math.trunc(entry);
    if (Number.isNaN(index)) throw new OperatorError('invalid', 'an index is not a number');
    return mode === 'wrap' ? ((index % size) + size) % size : Math.min(size - 1, Math.max(0, index));
  });
  return node.constant(Tensor.int64(places, constant.shape));
}
