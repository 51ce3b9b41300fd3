import type { Shape } from '../ir/dimension.ts';
import { type AttributeLiteral, type Graph, makeNode, type Node, type ValueType } from '../ir/graph.ts';
import { inlineBranch } from '../ir/inlineGraph.ts';
import type { OperatorNode } from '../ir/operator.ts';
import { type DataType, Tensor } from '../ir/tensor.ts';
import { numericTensor } from '../ops/numeric.ts';

/**
 * One family of operators that are written out as graphs of simpler ones, which compute the same. It is asked about
 * each of their nodes while types are inferred, when those of the operands are known.
 */
export interface Decomposition {
  readonly name: string;
  /** ONNX names, the domain in front unless it is the default one. */
  readonly operators: readonly string[];
  /**
   * Writes a node out, all of its outputs. Gives `false` where the node is to stay as it is; throws
   * `OperatorError` where it should not, but there is nothing that computes the same.
   */
  readonly decompose: (node: OperatorNode, write: Writer) => boolean;
}

/** What a node is written out with. Values are told by their names. */
export interface Writer {
  /** Adds a node with one output; gives that. */
  readonly node: (operator: string, inputs: readonly string[], attributes?: Attributes) => string;
  /** Adds the node that makes an output of the node that is written out; nothing where nobody reads that. */
  readonly result: (index: number, operator: string, inputs: readonly string[], attributes?: Attributes) => void;
  /** Adds one node that makes all outputs. */
  readonly results: (operator: string, inputs: readonly string[], attributes?: Attributes) => void;
  readonly constant: (value: Tensor) => string;
  /** An int64 vector: axes, indices, the target of a Reshape. */
  readonly integers: (values: readonly number[]) => string;
  /** A number of a type, rounded to it. */
  readonly scalar: (value: number, dtype: DataType) => string;
  /** Adds the nodes of a graph whose inputs are the given values; gives its outputs. */
  readonly inline: (graph: Graph, inputs: readonly string[]) => readonly string[];
  /** What the model declares of an output. */
  readonly declared: (index: number) => ValueType | undefined;
}

export type Attributes = Readonly<Record<string, AttributeLiteral>>;

/** What stands in place of a node. */
export interface Decomposed {
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Tensor>;
}

/** What an expansion makes of a node; `undefined` where it lets it stay. */
export function decompose(
  { decompose: expand }: Decomposition,
  view: OperatorNode,
  declared: (name: string) => ValueType | undefined,
): Decomposed | undefined {
  const { outputs } = view.node;
  // The operator is in the names, for what it is written out as may be written out in its turn.
  const prefix = `${outputs.find((output) => output !== '') ?? view.node.name}/${view.operator.replace(/^.*:/, '')}`;
  const nodes: Node[] = [];
  const constants = new Map<string, Tensor>();
  let count = 0;
  const fresh = (role: string): string => `${prefix}/${role}_${count++}`;
  const constant = (value: Tensor): string => {
    const name = fresh('constant');
    constants.set(name, value);
    return name;
  };
  const writer: Writer = {
    node: (operator, inputs, attributes) => {
      const name = fresh(operator);
      nodes.push(makeNode(operator, inputs, [name], attributes));
      return name;
    },
    result: (index, operator, inputs, attributes) => {
      const name = outputs[index];
      if (name) nodes.push(makeNode(operator, inputs, [name], attributes));
    },
    results: (operator, inputs, attributes) => {
      nodes.push(makeNode(operator, inputs, outputs, attributes, view.node.name));
    },
    constant,
    integers: (values) => constant(Tensor.int64(values)),
    scalar: (value, dtype) => constant(numericTensor(dtype, [], [value])),
    inline: (graph, inputs) => {
      const results = graph.outputs.map(() => fresh('result'));
      const entries = graph.inputs.map(({ name }, index) => makeNode('Identity', [inputs[index] ?? ''], [name]));
      const caller = makeNode('Identity', [], results, {}, fresh('graph'));
      const inlined = inlineBranch(caller, { ...graph, inputs: [], nodes: [...entries, ...graph.nodes] });
      nodes.push(...inlined.nodes);
      for (const [name, value] of inlined.constants) constants.set(name, value);
      return results;
    },
    declared: (index) => (outputs[index] ? declared(outputs[index]) : undefined),
  };
  return expand(view, writer) ? { nodes, constants } : undefined;
}

/** A value with another shape of as many elements; `0` keeps the size of the axis at that place, `-1` is what is left. */
export function reshaped(write: Writer, value: string, sizes: readonly number[]): string {
  return write.node('Reshape', [value, write.integers(sizes)]);
}

export function transposed(write: Writer, value: string, perm: readonly number[]): string {
  return write.node('Transpose', [value], { perm });
}

/** The entries from `start` to before `end` on one axis. */
export function sliced(write: Writer, value: string, axis: number, start: number, end: number, step = 1): string {
  const [from, to, along, by] = [start, end, axis, step].map((entry) => write.integers([entry]));
  return write.node('Slice', [value, from ?? '', to ?? '', along ?? '', by ?? '']);
}

/** The target of a Reshape that keeps or computes free axes; `undefined` where more than one would have to be computed. */
export function reshapeTarget(shape: Shape, kept: Shape): readonly number[] | undefined {
  const target = shape.map((size, axis) => (typeof size === 'number' ? size : size === kept[axis] ? 0 : -1));
  return target.filter((size) => size === -1).length > 1 || target.some((size, axis) => size === 0 && shape[axis] === 0)
    ? undefined
    : target;
}
