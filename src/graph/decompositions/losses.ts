import { isStatic } from '../ir/dimension.ts';
import { OperatorError, type OperatorNode } from '../ir/operator.ts';
import { Tensor } from '../ir/tensor.ts';
import { type Decomposition, reshaped, type Writer } from './decomposition.ts';

/**
 * `NegativeLogLikelihoodLoss`, and `SoftmaxCrossEntropyLoss` on top of it. Classes are compared with the targets, so
 * that what is picked is exact, and an ignored target, which may be no class at all, picks nothing.
 */
export const losses: Decomposition = {
  name: 'losses',
  operators: ['NegativeLogLikelihoodLoss', 'SoftmaxCrossEntropyLoss'],
  decompose: (node, write) => {
    if (node.operator === 'NegativeLogLikelihoodLoss') {
      writeLoss(node, write, node.input(0).name);
      return true;
    }
    const logarithms = write.node('LogSoftmax', [node.input(0).name], { axis: 1 });
    writeLoss(node, write, logarithms);
    write.result(1, 'Identity', [logarithms]);
    return true;
  },
};

function writeLoss(node: OperatorNode, write: Writer, logarithms: string): void {
  const { dtype } = node.input(0);
  const shape = node.shape(0);
  const [, classes] = shape;
  if (typeof classes !== 'number') throw new OperatorError('shape', 'the number of classes is free', 'Fix it with `shape=NAME:…`.');
  // [samples, classes, places], whatever the number of axes: few views of it are needed then.
  const scores = shape.length === 2 ? logarithms : reshaped(write, logarithms, [0, 0, -1]);
  const targets = reshaped(write, node.input(1).name, shape.length === 2 ? [0, 1] : [0, 1, -1]);
  const named = shape.length === 2 ? [1, classes] : [1, classes, 1];
  const chosen = write.node('Equal', [targets, write.constant(Tensor.of(node.input(1).dtype, named, classNames(node, classes)))]);
  const zero = write.scalar(0, dtype);
  const overClasses = (values: string): string =>
    write.node('ReduceSum', [write.node('Where', [chosen, values, zero]), write.integers([1])], { keepdims: 0 });
  const picked = overClasses(scores);
  const weighted = node.optionalInput(2);
  const weights = weighted === undefined ? undefined : overClasses(reshaped(write, weighted.name, named));
  const loss = write.node('Neg', [weights === undefined ? picked : write.node('Mul', [picked, weights])]);
  const all = (values: string): string => write.node('ReduceSum', [values], { keepdims: 0 });
  const reduction = node.string('reduction', 'mean');
  if (reduction === 'sum') write.result(0, 'ReduceSum', [loss], { keepdims: 0 });
  else if (reduction === 'mean') {
    if (weights !== undefined) write.result(0, 'Div', [all(loss), all(weights)]);
    else if (node.hasAttribute('ignore_index')) write.result(0, 'Div', [all(loss), all(write.node('Cast', [chosen], { to: dtype }))]);
    else write.result(0, 'ReduceMean', [loss], { keepdims: 0 });
  } else if (shape.length < 4) write.result(0, 'Identity', [loss]);
  else {
    const places = shape.slice(2);
    if (!isStatic(places)) throw new OperatorError('shape', `the places of [${shape.join(',')}] are free`, 'Fix them with `shape=NAME:…`.');
    write.result(0, 'Reshape', [loss, write.integers([0, ...places])]);
  }
}

/** The names of the classes as targets have them; the one to ignore bears a name that no target has. */
function classNames(node: OperatorNode, classes: number): BigInt64Array | Int32Array {
  const ignored = node.int('ignore_index', undefined);
  const names = Array.from({ length: classes }, (_, name) => (name === ignored ? classes : name));
  return node.input(1).dtype === 'int32' ? Int32Array.from(names) : BigInt64Array.from(names.map(BigInt));
}
