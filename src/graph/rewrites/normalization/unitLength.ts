import { sameShape } from '../../ir/dimension.ts';
import { float, type Node } from '../../ir/graph.ts';
import { eitherWay, type GraphView } from '../../ir/graphIndex.ts';
import { reductionAxes } from '../../ops/reduction/reduce.ts';
import { addedNumber } from '../factors.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * `x / max(‖x‖, ε)`, `x / sqrt(max(‖x‖², ε))` and `x / sqrt(‖x‖² + ε)` along one axis, or products with their reciprocals, are an
 * `ncnn:UnitLength`. Without ε they are kept, because a vector of zeros gives NaN there.
 */
export const findUnitLength: Rewrite = {
  name: 'find-unit-length',
  operators: ['Div', 'Mul'],
  match: (node, graph) => {
    const found = dividedByLength(node, graph);
    const shape = graph.typeOf(found?.x)?.shape;
    if (found === undefined || shape === undefined) return undefined;
    const { x, axis, guard, epsilon } = found;
    // ncnn normalizes across the outermost axis or within it.
    const [before, after] = [shape.slice(0, axis), shape.slice(axis + 1)];
    if (before.some((size) => size !== 1) && after.some((size) => size !== 1)) return undefined;
    return (edit) => edit.emit('ncnn:UnitLength', [x], { axis, guard, epsilon: float(epsilon) });
  },
};

interface Length {
  readonly x: string;
  readonly axis: number;
  readonly guard: 'norm' | 'square' | 'sum';
  readonly epsilon: number;
}

function dividedByLength(node: Node, graph: GraphView): Length | undefined {
  const ofItself = (x: string, length: Length | undefined): Length | undefined => (length?.x === x ? length : undefined);
  const [left = '', right = ''] = node.inputs;
  if (node.operator === 'Div') return ofItself(left, guardedLength(right, graph));
  if (node.operator !== 'Mul') return undefined;
  return eitherWay(node, (x, factor) => {
    const inverse = graph.producer(unspread(factor, graph));
    const [first, second] = inverse?.inputs ?? [];
    if (inverse?.operator === 'Reciprocal') return ofItself(x, guardedLength(first, graph));
    if (inverse?.operator === 'Pow' && graph.numberOf(second) === -0.5) return ofItself(x, guardedSquare(first, graph));
    return inverse?.operator === 'Div' && graph.numberOf(first) === 1 ? ofItself(x, guardedLength(second, graph)) : undefined;
  });
}

function guardedLength(name: string | undefined, graph: GraphView): Length | undefined {
  const value = unspread(name, graph);
  const bound = boundedBelow(value, graph);
  const square = bound && squareUnderRoot(bound.value, graph);
  const reduced = bound && (square === undefined ? summed(bound.value, 'ReduceL2', graph) : sumOfSquares(square, graph));
  if (bound !== undefined && reduced !== undefined) return { ...reduced, guard: 'norm', epsilon: bound.number };
  const inner = squareUnderRoot(value, graph);
  return inner === undefined ? undefined : guardedSquare(inner, graph);
}

function guardedSquare(name: string | undefined, graph: GraphView): Length | undefined {
  const bound = boundedBelow(name, graph);
  const bounded = bound && sumOfSquares(bound.value, graph);
  if (bound !== undefined && bounded !== undefined) return { ...bounded, guard: 'square', epsilon: bound.number };
  const sum = addedNumber(graph.producer(name), graph);
  const added = sum && sumOfSquares(sum.value, graph);
  return sum === undefined || added === undefined || sum.number <= 0 ? undefined : { ...added, guard: 'sum', epsilon: sum.number };
}

/** The operand of an Expand, which the division broadcasts itself. */
function unspread(name: string | undefined, graph: GraphView): string | undefined {
  const node = graph.producer(name, 'Expand');
  return node === undefined ? name : node.inputs[0];
}

function squareUnderRoot(name: string | undefined, graph: GraphView): string | undefined {
  const node = graph.producer(name);
  const isRoot = node?.operator === 'Sqrt' || (node?.operator === 'Pow' && graph.numberOf(node.inputs[1]) === 0.5);
  return isRoot ? node.inputs[0] : undefined;
}

/** A value and its positive lower bound. */
function boundedBelow(name: string | undefined, graph: GraphView): { readonly value: string; readonly number: number } | undefined {
  const node = graph.producer(name);
  const [value = '', other] = node?.inputs ?? [];
  const positive = (source: string, number: number | undefined) =>
    number !== undefined && number > 0 ? { value: source, number } : undefined;
  if (node?.operator === 'Clip') return node.inputs[2] ? undefined : positive(value, graph.numberOf(other));
  if (node?.operator !== 'Max' || node.inputs.length !== 2) return undefined;
  return eitherWay(node, (source, number) => positive(source, graph.numberOf(number)));
}

/** The value whose squares are summed along one axis. */
function sumOfSquares(name: string, graph: GraphView): { readonly x: string; readonly axis: number } | undefined {
  const direct = summed(name, 'ReduceSumSquare', graph);
  if (direct !== undefined) return direct;
  const sum = summed(name, 'ReduceSum', graph);
  const square = graph.producer(sum?.x);
  const [left = '', right] = square?.inputs ?? [];
  const isSquare = (square?.operator === 'Mul' && left === right) || (square?.operator === 'Pow' && graph.numberOf(right) === 2);
  return sum !== undefined && isSquare ? { x: left, axis: sum.axis } : undefined;
}

/** The operand of a reduction along one axis, including one whose axis is added again after it. */
function summed(name: string, operator: string, graph: GraphView): { readonly x: string; readonly axis: number } | undefined {
  const around = graph.producer(name);
  const inner = around?.operator === 'Unsqueeze' || around?.operator === 'Reshape' ? (around.inputs[0] ?? '') : name;
  const node = graph.producer(inner, operator);
  const [x = ''] = node?.inputs ?? [];
  const [shape, result] = [graph.typeOf(x)?.shape, graph.typeOf(name)?.shape];
  const [axis, ...others] = (node && shape && reductionAxes(graph.view(node), shape.length)) ?? [];
  if (axis === undefined || others.length > 0 || shape === undefined || result === undefined) return undefined;
  return sameShape(result, shape.with(axis, 1)) ? { x, axis } : undefined;
}
