import type { GraphBuilder } from '../ir/builder.ts';
import { isStatic } from '../ir/dimension.ts';
import { OperatorError, type OperatorNode } from '../ir/operator.ts';
import type { Decomposition } from '../ir/rules.ts';
import { Tensor } from '../ir/tensor.ts';

/**
 * `NegativeLogLikelihoodLoss`, and `SoftmaxCrossEntropyLoss` based on it. Classes are compared with the targets, so the selection is exact,
 * and an ignored target, which may not be a valid class, selects nothing.
 */
export const losses: Decomposition = {
  name: 'losses',
  operators: ['NegativeLogLikelihoodLoss', 'SoftmaxCrossEntropyLoss'],
  decompose: (node, edit) => {
    if (node.operator === 'NegativeLogLikelihoodLoss') return lossOf(node, edit, node.input(0).name);
    const logarithms = edit.emit('LogSoftmax', [node.input(0).name], { axis: 1 });
    return [lossOf(node, edit, logarithms), logarithms];
  },
};

function lossOf(node: OperatorNode, edit: GraphBuilder, logarithms: string): string {
  const { dtype } = node.input(0);
  const shape = node.shape(0);
  const [, classes] = shape;
  if (typeof classes !== 'number') throw new OperatorError('shape', 'the number of classes is dynamic');
  // Always [samples, classes, positions], because few views are needed in that shape.
  const scores = shape.length === 2 ? logarithms : edit.reshape(logarithms, [0, 0, -1]);
  const targets = edit.reshape(node.input(1).name, shape.length === 2 ? [0, 1] : [0, 1, -1]);
  edit.reserve(classes);
  const named = shape.length === 2 ? [1, classes] : [1, classes, 1];
  const chosen = edit.emit('Equal', [targets, edit.constant(Tensor.of(node.input(1).dtype, named, classNames(node, classes)))]);
  const zero = edit.scalar(0, dtype);
  const overClasses = (values: string): string =>
    edit.emit('ReduceSum', [edit.emit('Where', [chosen, values, zero]), edit.integers([1])], { keepdims: 0 });
  const picked = overClasses(scores);
  const weighted = node.optionalInput(2);
  const weights = weighted === undefined ? undefined : overClasses(edit.reshape(weighted.name, named));
  const loss = edit.emit('Neg', [weights === undefined ? picked : edit.emit('Mul', [picked, weights])]);
  const all = (values: string): string => edit.emit('ReduceSum', [values], { keepdims: 0 });
  const reduction = node.string('reduction', 'mean');
  if (reduction === 'sum') return all(loss);
  if (reduction === 'mean') {
    if (weights !== undefined) return edit.emit('Div', [all(loss), all(weights)]);
    if (node.hasAttribute('ignore_index')) return edit.emit('Div', [all(loss), all(edit.emit('Cast', [chosen], { to: dtype }))]);
    return edit.emit('ReduceMean', [loss], { keepdims: 0 });
  }
  if (shape.length < 4) return loss;
  const places = shape.slice(2);
  if (!isStatic(places)) throw new OperatorError('shape', `the places of [${shape.join(',')}] are dynamic`);
  return edit.reshape(loss, [0, ...places]);
}

/** The class indices to compare targets with; the ignored index is replaced by one that no target has. */
function classNames(node: OperatorNode, classes: number): BigInt64Array | Int32Array {
  const ignored = node.int('ignore_index', undefined);
  const names = Array.from({ length: classes }, (_, name) => (name === ignored ? classes : name));
  return node.input(1).dtype === 'int32' ? Int32Array.from(names) : BigInt64Array.from(names.map(BigInt));
}
