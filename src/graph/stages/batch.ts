import { Budget } from '../../budget/budget.ts';
import type { Advice } from '../../diagnostics/advice.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { decompositions, samplewiseDecompositions } from '../decompositions/index.ts';
import { type Dimension, type Shape, sameShape } from '../ir/dimension.ts';
import type { Graph, GraphInput, Node } from '../ir/graph.ts';
import { viewNode } from '../ir/graphIndex.ts';
import { OperatorError, type OperatorNode } from '../ir/operator.ts';
import { Tensor } from '../ir/tensor.ts';
import { operators } from '../ops/index.ts';
import { inferAndFold } from './infer.ts';

export interface Batched {
  /** The graph of one sample where the batch is carried, otherwise the graph as it was. */
  readonly graph: Graph;
  /** Size of axis 0 that was taken away, and of which inputs and outputs; absent where nothing was. */
  readonly batch?: { readonly size: Dimension; readonly names: ReadonlySet<string> };
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Carries a batch per sample: where every operator keeps the samples on axis 0 of the inputs apart, the graph of one
 * sample computes the same, and ncnn, which knows no batch axis, can run it once for each.
 *
 * A free axis 0 is taken as the batch wherever that works. One of size N > 1 only where an operator needs it, since
 * ncnn computes element-wise operators, reductions or matrix products on it as on any other axis.
 * A free axis 0 that is called a batch but is mixed by some operator is set to 1, with a warning.
 */
export function carryBatch(graph: Graph, budget: Budget = new Budget()): Batched {
  const live = graph.inputs.filter((input) => !graph.constants.has(input.name));
  const sizes = live.flatMap((input) => input.type.shape?.slice(0, 1) ?? []);
  if (sizes.every((size) => size === 1)) return { graph, diagnostics: [] };
  // Whether samples can be run one by one is still to be found out, so nothing that joins them is written out.
  const whole = inferAndFold(graph, samplewiseDecompositions, budget).graph;
  const size = candidate(sizes, whole);
  if (size === undefined) return { graph, diagnostics: [] };
  const batched = new Set(live.filter((input) => input.type.shape?.[0] === size).map((input) => input.name));

  const axes = followSamples(whole, batched);
  const single = axes && oneSample({ graph, whole, axes, size }, budget);
  if (axes && single) {
    const names = new Set([...batched, ...graph.outputs.filter((name) => axes.get(name) === 0)]);
    const message = `the net computes one sample of the batch axis ${size}`;
    const told = diagnostic('batch-per-sample', message, 'Run it once for each sample; the results are stacked on axis 0.');
    return { graph: single, batch: { size, names }, diagnostics: [told] };
  }
  if (typeof size === 'string' && /^(n|b|bs|.*batch.*)$/i.test(size)) {
    const message = `the free batch axis "${size}" was set to 1, for the graph mixes samples or fixes the batch elsewhere`;
    const inputs = withSize(graph.inputs, size, 1);
    const advice = inputs.filter(({ name }) => batched.has(name)).map(pinnedShape);
    const told = diagnostic('batch-assumed-one', message, { hint: 'Fix the batch to 1 to silence this.', advice });
    return { graph: { ...graph, inputs }, diagnostics: [told] };
  }
  return { graph, diagnostics: [] };
}

/** Which of the sizes on axis 0 of the inputs may be a batch to carry. */
function candidate(sizes: readonly Dimension[], { types, nodes }: Graph): Dimension | undefined {
  const symbol = sizes.find((size) => typeof size === 'string');
  if (symbol !== undefined) return symbol;
  const needed = nodes.some((node) => operators.get(node.operator)?.perSample && types.get(node.inputs[0] ?? '')?.shape?.[0] !== 1);
  return needed ? sizes.find((size) => typeof size === 'number' && size > 1) : undefined;
}

/** On which axis each value carries the samples; `undefined` where some operator mixes them or an output has them elsewhere. */
function followSamples(graph: Graph, batched: ReadonlySet<string>): ReadonlyMap<string, number> | undefined {
  const axes = new Map<string, number>([...batched].map((name) => [name, 0]));
  for (const node of graph.nodes) {
    // What a graph inside of a node takes from around it is not followed.
    if ([...node.attributes.values()].some((attribute) => attribute.kind === 'graph')) return undefined;
    const operands = node.inputs.map((name) => axes.get(name));
    if (operands.every((axis) => axis === undefined)) continue;
    const view = viewNode(
      node,
      (name) => graph.types.get(name),
      (name) => graph.constants.get(name),
    );
    const result = graph.types.get(node.outputs[0] ?? '')?.shape;
    const axis = sampleAxis(view, operands, result);
    if (axis === undefined) return undefined;
    for (const output of node.outputs) if (output !== '') axes.set(output, axis);
  }
  return graph.outputs.some((name) => (axes.get(name) ?? 0) !== 0) ? undefined : axes;
}

/** Where the result of a node has the samples; a node that a rule cannot read, being broken or fed, has them nowhere. */
function sampleAxis(view: OperatorNode, operands: readonly (number | undefined)[], result: Shape | undefined): number | undefined {
  try {
    return operators.get(view.operator)?.batch?.(view, operands, result);
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}

interface Samples {
  readonly graph: Graph;
  /** The graph as it was inferred. */
  readonly whole: Graph;
  /** On which axis each value carries the samples. */
  readonly axes: ReadonlyMap<string, number>;
  /** How many there are. */
  readonly size: Dimension;
}

/** The graph with the batch axis set to 1; `undefined` where the shapes do not follow. */
function oneSample({ graph, whole, axes, size }: Samples, budget: Budget): Graph | undefined {
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.map((node) => (typeof size === 'number' ? withTargetOfOne(node, constants, axes, size) : node));
  const batched = new Set(graph.inputs.filter((input) => axes.has(input.name)).map((input) => input.name));
  const inputs = withSize(graph.inputs, size, 1, batched);
  // What the model declares of inner shapes holds for the whole batch only.
  const single: Graph = { ...graph, inputs, nodes, constants, types: new Map() };
  const { graph: inferred, diagnostics, unresolved } = inferAndFold(single, decompositions, budget);
  if (diagnostics.length > 0 || unresolved.length > 0) return undefined;
  for (const [name, type] of inferred.types) {
    const before = whole.types.get(name)?.shape;
    const axis = axes.get(name);
    if (before === undefined || type.shape === undefined) continue;
    const expected = axis === undefined ? before : before.map((entry, place) => (place === axis ? 1 : entry));
    if (!sameShape(numbersOnly(expected), numbersOnly(type.shape))) return undefined;
  }
  return single;
}

/** Symbols of derived sizes may be written differently once the batch is a number. */
function numbersOnly(shape: Shape): Shape {
  return shape.map((size) => (typeof size === 'string' ? '?' : size));
}

/** An operator whose target shape, a constant of the model, has the size of the batch written into it. */
function withTargetOfOne(node: Node, constants: Map<string, Tensor>, axes: ReadonlyMap<string, number>, size: number): Node {
  const place = operators.get(node.operator)?.shapeInput;
  if (place === undefined) return node;
  const axis = axes.get(node.outputs[0] ?? '');
  const target = node.inputs[place] ?? '';
  const sizes = constants.get(target)?.toIntegers();
  if (axis === undefined || sizes === undefined || sizes[axis] !== size) return node;
  const name = `${target}/${node.name}/one`;
  constants.set(name, Tensor.int64(sizes.map((entry, index) => (index === axis ? 1 : entry))));
  return { ...node, inputs: node.inputs.with(place, name) };
}

/** The shape of an input as advice; free axes stay free. */
function pinnedShape({ name, type: { shape = [] } }: GraphInput): Advice {
  return { option: 'shape', input: name, dims: shape.map((size) => (typeof size === 'number' ? size : -1)) };
}

function withSize(inputs: readonly GraphInput[], from: Dimension, to: number, only?: ReadonlySet<string>): readonly GraphInput[] {
  return inputs.map((input) => {
    const { shape } = input.type;
    if (shape?.[0] !== from || (only !== undefined && !only.has(input.name))) return input;
    return { ...input, type: { ...input.type, shape: [to, ...shape.slice(1)] } };
  });
}
