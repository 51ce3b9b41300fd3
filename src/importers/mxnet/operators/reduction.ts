import type { ConvertOperator, OperatorRules, SymbolOperator } from '../operator.ts';

/** Reductions over the given axes, or over all axes if none are given. */
export const reductionOperatorRules: OperatorRules = {
  sum: reduce('ReduceSum'),
  sum_axis: reduce('ReduceSum'),
  mean: reduce('ReduceMean'),
  max: reduce('ReduceMax'),
  max_axis: reduce('ReduceMax'),
  min: reduce('ReduceMin'),
  min_axis: reduce('ReduceMin'),
  prod: reduce('ReduceProd'),
  nansum: reduce('ReduceSum', 0),
  nanprod: reduce('ReduceProd', 1),
  norm: (node) => reduced(node, node.attributes.integer('ord', 2) === 1 ? 'ReduceL1' : 'ReduceL2', node.input(0)),
  argmax: place('ArgMax'),
  argmin: place('ArgMin'),
  argmax_channel: (node) => node.emit('Cast', [node.emit('ArgMax', [node.input(0)], { axis: 1, keepdims: 0 })], { to: 'float32' }),
};

/** `missing` replaces NaN. */
function reduce(operator: string, missing?: number): ConvertOperator {
  return (node) => {
    const data = node.input(0);
    if (missing === undefined) return reduced(node, operator, data);
    const known = node.emit('Equal', [data, data]);
    return reduced(node, operator, node.emit('Where', [known, data, node.scalarLike(missing, data)]));
  };
}

function reduced(node: SymbolOperator, operator: string, data: string): string {
  const { attributes } = node;
  const rank = node.shapeOf(data).length;
  const all = node.shapeOf(data).map((_, axis) => axis);
  const listed = attributes.integers('axis', []).map((axis) => node.axis(axis, rank));
  const axes = listed.length === 0 ? all : attributes.boolean('exclude', false) ? all.filter((axis) => !listed.includes(axis)) : listed;
  const keepdims = attributes.boolean('keepdims', false);
  const result = node.emit(operator, [data, node.integers(axes)], { keepdims: keepdims ? 1 : 0 });
  // MXNet returns a scalar as a vector of one element.
  return keepdims || axes.length < rank ? result : node.reshape(result, [1]);
}

/** The index of the minimum or maximum, as a float. */
function place(operator: string): ConvertOperator {
  return (node) => {
    const axis = node.attributes.integer('axis', undefined);
    const keepdims = node.attributes.boolean('keepdims', false) ? 1 : 0;
    const data = axis === undefined ? node.reshape(node.input(0), [-1]) : node.input(0);
    const found = node.emit(operator, [data], { axis: axis ?? 0, keepdims: axis === undefined ? 1 : keepdims });
    return node.emit('Cast', [found], { to: 'float32' });
  };
}
