import { elementCount } from '../ir/dimension.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { operators } from '../ops/index.ts';
import { inferAndFold, viewNode } from '../stages/infer.ts';
import { type Decomposed, decompose } from './decomposition.ts';
import { decompositions } from './index.ts';

type Operands = Readonly<Record<string, Tensor>>;

/** For tests: what a node is written out as, over operands whose types only are known. */
export function decomposedGraph(node: Node, operands: Operands, constants: Operands = {}): Graph {
  const types = new Map(Object.entries({ ...operands, ...constants }).map(([name, { dtype, shape }]) => [name, { dtype, shape }]));
  const view = viewNode(node, types, new Map(Object.entries(constants)));
  let expanded: Decomposed | undefined;
  for (const expansion of decompositions) {
    if (expansion.operators.includes(node.operator)) expanded ??= decompose(expansion, view, () => undefined);
  }
  if (expanded === undefined) throw new Error(`${node.operator} is not written out`);
  return {
    name: 'test',
    inputs: Object.entries(operands).map(([name, { dtype, shape }]) => ({ name, type: { dtype, shape } })),
    outputs: node.outputs.filter((output) => output !== ''),
    nodes: expanded.nodes,
    constants: new Map([...Object.entries(constants), ...expanded.constants]),
    types: new Map(),
  };
}

/** For tests: the results of what a node is written out as, by output; `constants` are known while it is written. */
export function decomposedResults(node: Node, operands: Operands, constants: Operands = {}): Readonly<Record<string, readonly number[]>> {
  const graph = decomposedGraph(node, operands, constants);
  const folded = inferAndFold({ ...graph, inputs: [], constants: new Map([...graph.constants, ...Object.entries(operands)]) });
  if (folded.diagnostics.length > 0) throw new Error(folded.diagnostics.map(({ message }) => message).join('; '));
  return Object.fromEntries(graph.outputs.map((name) => [name, [...(folded.graph.constants.get(name)?.toFloat64() ?? [])]]));
}

/** For tests: the results of the operator itself. */
export function operatorResults(node: Node, operands: Operands): readonly (readonly number[])[] {
  const types = new Map(Object.entries(operands).map(([name, { dtype, shape }]) => [name, { dtype, shape }]));
  const view = viewNode(node, types, new Map(Object.entries(operands)));
  const results = operators.get(node.operator)?.evaluate?.(
    view,
    node.inputs.map((name) => operands[name]),
  );
  return (results ?? []).map((tensor) => [...tensor.toFloat64()]);
}

/** For tests: a float32 tensor with values that look random, and are the same each time. */
export function noise(shape: readonly number[], seed = 1): Tensor {
  let state = seed * 7919;
  const values = Float32Array.from({ length: elementCount(shape) }, () => {
    state = (state * 48271) % 2147483647;
    return (state / 2147483647) * 2 - 1;
  });
  return Tensor.of('float32', shape, values);
}
