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
  /** The graph of one sample if the batch was removed, otherwise the original graph. */
  readonly graph: Graph;
  /** The size of the removed axis 0, and the inputs and outputs that had it; absent if nothing was removed. */
  readonly batch?: { readonly size: Dimension; readonly names: ReadonlySet<string> };
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Removes the batch axis: if every operator keeps the samples on axis 0 of the inputs separate, the graph of one sample computes the same,
 * and ncnn, which has no batch axis, can run it once per sample.
 *
 * A dynamic axis 0 is assumed to be the batch if that works. An axis of size N > 1 is removed only if an operator needs it, because ncnn
 * computes element-wise operators, reductions or matrix products on it as on any other axis. A dynamic axis 0 with the name of a batch that
 * some operator mixes is set to 1, with a warning.
 */
export function carryBatch(graph: Graph, budget: Budget = new Budget()): Batched {
  const dynamicInputs = graph.inputs.filter((input) => !graph.constants.has(input.name));
  const sizes = dynamicInputs.flatMap((input) => input.type.shape?.slice(0, 1) ?? []);
  if (sizes.every((size) => size === 1)) return { graph, diagnostics: [] };
  // Whether samples can be run one by one is not known yet, so operators that join them are not decomposed.
  const whole = inferAndFold(graph, samplewiseDecompositions, budget).graph;
  const size = candidate(sizes, whole);
  if (size === undefined) return { graph, diagnostics: [] };
  const batched = new Set(dynamicInputs.filter((input) => input.type.shape?.[0] === size).map((input) => input.name));

  const axes = followSamples(whole, batched);
  const single = axes && oneSample({ graph, whole, axes, size }, budget);
  if (axes && single) {
    const names = new Set([...batched, ...graph.outputs.filter((name) => axes.get(name) === 0)]);
    const message = `the net computes one sample of the batch axis ${size}`;
    const note = diagnostic('batch-per-sample', message, 'Run it once for each sample; the results are stacked on axis 0.');
    return { graph: single, batch: { size, names }, diagnostics: [note] };
  }
  if (typeof size === 'string' && /^(n|b|bs|.*batch.*)$/i.test(size)) {
    const message = `the dynamic batch axis "${size}" was set to 1 because the graph mixes samples or fixes the batch elsewhere`;
    const inputs = withSize(graph.inputs, size, 1);
    const advice = inputs.filter(({ name }) => batched.has(name)).map(pinnedShape);
    const note = diagnostic('batch-assumed-one', message, { hint: 'Set the batch to 1 to remove this warning.', advice });
    return { graph: { ...graph, inputs }, diagnostics: [note] };
  }
  return { graph, diagnostics: [] };
}

/** The size on axis 0 of the inputs that may be a batch. */
function candidate(sizes: readonly Dimension[], { types, nodes }: Graph): Dimension | undefined {
  const symbol = sizes.find((size) => typeof size === 'string');
  if (symbol !== undefined) return symbol;
  const needed = nodes.some((node) => operators.get(node.operator)?.perSample && types.get(node.inputs[0] ?? '')?.shape?.[0] !== 1);
  return needed ? sizes.find((size) => typeof size === 'number' && size > 1) : undefined;
}

/** The axis on which each value carries the samples; `undefined` if an operator mixes them or an output has them on another axis. */
function followSamples(graph: Graph, batched: ReadonlySet<string>): ReadonlyMap<string, number> | undefined {
  const axes = new Map<string, number>([...batched].map((name) => [name, 0]));
  for (const node of graph.nodes) {
    // Values that subgraphs capture are not followed.
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

/** The axis on which the result of a node has the samples; `undefined` for a node that the rule rejects as invalid or dynamic. */
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
  /** The inferred graph with the batch. */
  readonly whole: Graph;
  /** The axis on which each value carries the samples. */
  readonly axes: ReadonlyMap<string, number>;
  /** Number of samples. */
  readonly size: Dimension;
}

/** The graph with a batch axis of size 1; `undefined` if the shapes do not follow. */
function oneSample({ graph, whole, axes, size }: Samples, budget: Budget): Graph | undefined {
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.map((node) => (typeof size === 'number' ? withTargetOfOne(node, constants, axes, size) : node));
  const batched = new Set(graph.inputs.filter((input) => axes.has(input.name)).map((input) => input.name));
  const inputs = withSize(graph.inputs, size, 1, batched);
  // The inner shapes that the model declares are valid only for the whole batch.
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

/** The symbols of derived sizes may differ once the batch is a number. */
function numbersOnly(shape: Shape): Shape {
  return shape.map((size) => (typeof size === 'string' ? '?' : size));
}

/** A node whose target shape is a constant that contains the batch size; the copy has size 1 instead. */
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

/** The shape of an input as advice; dynamic axes stay dynamic. */
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
