import { elementCount } from '../ir/dimension.ts';
import { GraphEditor } from '../ir/editor.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { viewNode } from '../ir/graphIndex.ts';
import { Tensor } from '../ir/tensor.ts';
import { operators } from '../ops/index.ts';
import { evaluate } from '../stages/evaluate.ts';
import { graphRules } from './index.ts';

type Operands = Readonly<Record<string, Tensor>>;

/** For tests: the decomposition of a node whose operands are known only by type. */
export function decomposedGraph(node: Node, operands: Operands, constants: Operands = {}): Graph {
  const inputs = Object.entries(operands).map(([name, { dtype, shape }]) => ({ name, type: { dtype, shape } }));
  const outputs = node.outputs.filter((output) => output !== '');
  const graph: Graph = { name: 'test', inputs, outputs, nodes: [node], constants: new Map(Object.entries(constants)), types: new Map() };
  const editor = new GraphEditor(graph, { rules: graphRules() });
  editor.add(node);
  const refusal = editor.refusals.get(node.name);
  if (refusal !== undefined) throw refusal;
  if (editor.index.nodes.entryOf(node) !== undefined) throw new Error(`${node.operator} is not decomposed`);
  return editor.graph();
}

/** For tests: the results of a decomposition, by output; `constants` are known during decomposition. */
export function decomposedResults(node: Node, operands: Operands, constants: Operands = {}): Readonly<Record<string, readonly number[]>> {
  const results = evaluate(decomposedGraph(node, operands, constants), new Map(Object.entries(operands)));
  return Object.fromEntries([...results].map(([name, value]) => [name, [...value.toFloat64()]]));
}

/** For tests: the results of the operator itself. */
export function operatorResults(node: Node, operands: Operands): readonly (readonly number[])[] {
  const view = viewNode(
    node,
    (name) => operands[name],
    (name) => operands[name],
  );
  const results = operators.get(node.operator)?.evaluate?.(
    view,
    node.inputs.map((name) => operands[name]),
  );
  return (results ?? []).map((tensor) => [...tensor.toFloat64()]);
}

/** For tests: a float32 tensor with pseudorandom values. */
export function noise(shape: readonly number[], seed = 1): Tensor {
  let state = seed * 7919;
  const values = Float32Array.from({ length: elementCount(shape) }, () => {
    state = (state * 48271) % 2147483647;
    return (state / 2147483647) * 2 - 1;
  });
  return Tensor.of('float32', shape, values);
}
