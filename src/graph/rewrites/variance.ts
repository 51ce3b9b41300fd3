import type { Node } from '../graph.ts';
import { addedNumber } from './factors.ts';
import type { GraphIndex } from './rewrite.ts';

/** The means over the last axes that exporters write normalisations down with. */
export interface MeanSquare {
  /** What is squared. */
  readonly value: string;
  readonly epsilon: number;
  /** First of the axes averaged over; all behind it are. */
  readonly axis: number;
}

/** `sqrt(mean(v²) + epsilon)` over the last axes of a value `v`; `undefined` where the name is something else. */
export function rootMeanSquare(name: string | undefined, graph: GraphIndex): MeanSquare | undefined {
  const root = graph.producer(name);
  const isRoot = root?.operator === 'Sqrt' || (root?.operator === 'Pow' && graph.number(root.inputs[1]) === 0.5);
  const sum = isRoot ? addedNumber(graph.producer(root.inputs[0]), graph) : undefined;
  const mean = graph.producer(sum?.value, 'ReduceMean');
  const axis = mean === undefined ? undefined : lastAxes(mean, graph);
  const value = squared(graph.producer(mean?.inputs[0]), graph);
  return sum === undefined || axis === undefined || value === undefined ? undefined : { value, epsilon: sum.number, axis };
}

/** The value that a node squares. */
function squared(node: Node | undefined, graph: GraphIndex): string | undefined {
  const [left, right] = node?.inputs ?? [];
  if (node?.operator === 'Mul') return left === right ? left : undefined;
  return node?.operator === 'Pow' && graph.number(right) === 2 ? left : undefined;
}

/** The first axis of a mean over all axes from there on, with the axes kept; `undefined` for another mean. */
export function lastAxes(mean: Node, graph: GraphIndex): number | undefined {
  const view = graph.view(mean);
  const rank = graph.type(mean.inputs[0])?.shape?.length;
  const axes = graph.constant(mean.inputs[1])?.toIntegers();
  if (rank === undefined || axes === undefined || axes.length === 0 || view.int('keepdims', 1) !== 1) return undefined;
  const first = rank - axes.length;
  const given = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((left, right) => left - right);
  return given.every((axis, index) => axis === first + index) ? first : undefined;
}
