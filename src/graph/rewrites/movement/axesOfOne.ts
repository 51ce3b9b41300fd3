import { elementCount, isStatic } from '../../ir/dimension.ts';
import type { Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import { allocate, Tensor } from '../../ir/tensor.ts';
import { reductionAxes } from '../../ops/reduction/reduce.ts';
import type { Replacement, Rewrite } from '../rewrite.ts';

/** Reductions whose result for one element is the element, or an operator of it. */
const reductions: Readonly<Record<string, 'Identity' | 'Abs' | 'Log' | 'square'>> = {
  ReduceMean: 'Identity',
  ReduceSum: 'Identity',
  ReduceProd: 'Identity',
  ReduceMax: 'Identity',
  ReduceMin: 'Identity',
  ReduceLogSumExp: 'Identity',
  ReduceL1: 'Abs',
  ReduceL2: 'Abs',
  ReduceSumSquare: 'square',
  ReduceLogSum: 'Log',
};

/** Operators whose result is the same for every finite element, if the axis has one element. */
const constants: Readonly<Record<string, number>> = { Softmax: 1, LogSoftmax: 0, Hardmax: 1, ArgMax: 0, ArgMin: 0 };

/**
 * Operators along axes of size 1. Where: the axes are known; for a constant result the shape is, too.
 *
 *     ReduceMean(x [n, 1, k], axis 1)     becomes     x, or Squeeze(x) without `keepdims`
 *     ReduceL2(x [n, 1, k], axis 1)       becomes     Abs(x)
 *     CumSum(x [n, 1, k], axis 1)         becomes     x
 *     Softmax(x [n, 1, k], axis 1)        becomes     a constant of ones
 */
export const foldAxesOfOne: Rewrite = {
  name: 'fold-axes-of-one',
  operators: [...Object.keys(reductions), ...Object.keys(constants), 'CumSum', 'CumProd'],
  match: (node, graph) => {
    if (Object.hasOwn(reductions, node.operator)) return foldReduction(node, graph);
    return Object.hasOwn(constants, node.operator) ? foldConstant(node, graph) : foldCumulative(node, graph);
  },
};

function foldReduction(node: Node, graph: GraphView): Replacement | undefined {
  const [x = ''] = node.inputs;
  const view = graph.view(node);
  const shape = graph.typeOf(x)?.shape;
  const axes = shape && reductionAxes(view, shape.length);
  if (axes === undefined || axes.length === 0 || axes.some((axis) => shape?.[axis] !== 1)) return undefined;
  return (edit) => {
    const reduced = view.int('keepdims', 1) === 0 ? edit.squeeze(x, axes) : x;
    const operator = reductions[node.operator] ?? 'Identity';
    if (operator === 'Identity') return reduced;
    return operator === 'square' ? edit.emit('Mul', [reduced, reduced]) : edit.emit(operator, [reduced]);
  };
}

function foldConstant(node: Node, graph: GraphView): Replacement | undefined {
  const view = graph.view(node);
  const shape = graph.typeOf(node.inputs[0])?.shape;
  const { dtype, shape: sizes } = graph.typeOf(node.outputs[0]) ?? {};
  if (shape === undefined || sizes === undefined || dtype === undefined || dtype === 'string' || !isStatic(sizes)) return undefined;
  const axis = view.axis(view.int('axis', node.operator.startsWith('Arg') ? 0 : -1), shape.length);
  if (shape[axis] !== 1) return undefined;
  return (edit) => {
    const values = allocate(dtype, elementCount(sizes));
    const value = constants[node.operator] ?? 0;
    if (values instanceof BigInt64Array || values instanceof BigUint64Array) values.fill(BigInt(value));
    else values.fill(value);
    return edit.constant(Tensor.of(dtype, sizes, values));
  };
}

function foldCumulative(node: Node, graph: GraphView): Replacement | undefined {
  const [x = '', axisInput] = node.inputs;
  const view = graph.view(node);
  const shape = graph.typeOf(x)?.shape;
  const axis = graph.numberOf(axisInput);
  // An exclusive sum starts with another number.
  if (shape === undefined || axis === undefined || view.int('exclusive', 0) !== 0) return undefined;
  return shape[view.axis(axis, shape.length)] === 1 ? () => x : undefined;
}
