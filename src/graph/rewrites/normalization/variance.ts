import type { Node } from '../../ir/graph.ts';
import { eitherWay, type GraphView } from '../../ir/graphIndex.ts';
import { addedNumber } from '../factors.ts';

/** The means over the last axes in exported normalizations. */
export interface MeanSquare {
  /** The value that is squared. */
  readonly value: string;
  readonly epsilon: number;
  /** The first averaged axis; all axes after it are averaged as well. */
  readonly axis: number;
}

/** The value that a node divides by a root mean square, in any form; `undefined` for other nodes. */
export function dividedByRoot(node: Node, graph: GraphView): { readonly value: string; readonly root: MeanSquare } | undefined {
  const [left = '', right = ''] = node.inputs;
  if (node.operator === 'Div') {
    const root = rootMeanSquare(right, graph);
    return root && { value: left, root };
  }
  if (node.operator !== 'Mul') return undefined;
  return eitherWay(node, (value, factor) => {
    const root = inverseRoot(factor, graph);
    return root && { value, root };
  });
}

/** `1 / sqrt(mean(v²) + epsilon)`. */
export function inverseRoot(name: string, graph: GraphView): MeanSquare | undefined {
  const inverse = graph.producer(name);
  const [first, second] = inverse?.inputs ?? [];
  if (inverse?.operator === 'Reciprocal') return rootMeanSquare(first, graph);
  if (inverse?.operator === 'Pow') return graph.numberOf(second) === -0.5 ? meanSquare(first, graph) : undefined;
  return inverse?.operator === 'Div' && graph.numberOf(first) === 1 ? rootMeanSquare(second, graph) : undefined;
}

/** `sqrt(mean(v²) + epsilon)` over the last axes of a value `v`; `undefined` if the name is something else. */
function rootMeanSquare(name: string | undefined, graph: GraphView): MeanSquare | undefined {
  const root = graph.producer(name);
  const isRoot = root?.operator === 'Sqrt' || (root?.operator === 'Pow' && graph.numberOf(root.inputs[1]) === 0.5);
  return isRoot ? meanSquare(root.inputs[0], graph) : undefined;
}

/** `mean(v²) + epsilon`. */
function meanSquare(name: string | undefined, graph: GraphView): MeanSquare | undefined {
  const sum = addedNumber(graph.producer(name), graph);
  const mean = graph.producer(sum?.value, 'ReduceMean');
  const axis = mean === undefined ? undefined : lastAxes(mean, graph);
  const value = squared(graph.producer(mean?.inputs[0]), graph);
  return sum === undefined || axis === undefined || value === undefined ? undefined : { value, epsilon: sum.number, axis };
}

/** The value that a node squares. */
function squared(node: Node | undefined, graph: GraphView): string | undefined {
  const [left, right] = node?.inputs ?? [];
  if (node?.operator === 'Mul') return left === right ? left : undefined;
  return node?.operator === 'Pow' && graph.numberOf(right) === 2 ? left : undefined;
}

/** The first axis of a mean over all axes from it on that keeps the axes; `undefined` for other means. */
export function lastAxes(mean: Node, graph: GraphView): number | undefined {
  const view = graph.view(mean);
  const rank = graph.typeOf(mean.inputs[0])?.shape?.length;
  const axes = graph.constantOf(mean.inputs[1])?.toIntegers();
  if (rank === undefined || axes === undefined || axes.length === 0 || view.int('keepdims', 1) !== 1) return undefined;
  const first = rank - axes.length;
  const sorted = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((left, right) => left - right);
  return sorted.every((axis, index) => axis === first + index) ? first : undefined;
}
