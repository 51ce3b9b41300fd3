import { type Graph, makeNode, type Node } from './graph.ts';
import type { OperatorNode } from './operator.ts';
import type { Tensor } from './tensor.ts';

/**
 * The nodes of a nested graph under unique names, with its outputs renamed to those of the node, after an `Identity` for each of its inputs.
 * `values` are the values of the outer graph that the inputs take. A name that both graphs have means the value of the nested one inside of
 * it: paddle2onnx gives the inputs of a loop and of its body the same names.
 */
export function inlineGraph(node: Node, branch: Graph, values: readonly string[]): { nodes: Node[]; constants: Map<string, Tensor> } {
  const inputs = branch.inputs.map(({ name }) => name);
  const own = new Set([...inputs, ...branch.constants.keys(), ...branch.nodes.flatMap((inner) => inner.outputs)]);
  const prefix = `${node.name}/`;
  const rename = (name: string): string => (own.has(name) && name !== '' ? `${prefix}${name}` : name);
  const entries = inputs.map((name, index) => makeNode('Identity', [values[index] ?? ''], [rename(name)]));
  const inlined = branch.nodes.map((inner) => ({
    ...inner,
    name: `${prefix}${inner.name}`,
    inputs: inner.inputs.map(rename),
    outputs: inner.outputs.map(rename),
    attributes: renameCaptured(inner, rename),
  }));
  const results = branch.outputs.flatMap((output, index) => {
    const name = node.outputs[index];
    return name ? [makeNode('Identity', [rename(output)], [name], {}, `${prefix}${name}`)] : [];
  });
  const constants = new Map([...branch.constants].map(([name, tensor]) => [rename(name), tensor]));
  return { nodes: [...entries, ...inlined, ...results], constants };
}

/** The attributes of a node, with renamed captures in its subgraphs. */
function renameCaptured(node: Node, rename: (name: string) => string): Node['attributes'] {
  const renameGraph = (graph: Graph): Graph => {
    const own = new Set([
      ...graph.inputs.map((input) => input.name),
      ...graph.constants.keys(),
      ...graph.nodes.flatMap((inner) => inner.outputs),
    ]);
    const inside = (name: string): string => (own.has(name) ? name : rename(name));
    return {
      ...graph,
      outputs: graph.outputs.map(inside),
      nodes: graph.nodes.map((inner) => ({ ...inner, inputs: inner.inputs.map(inside), attributes: renameCaptured(inner, inside) })),
    };
  };
  return new Map(
    [...node.attributes].map(([name, attribute]) => [
      name,
      attribute.kind === 'graph' ? { kind: 'graph', value: renameGraph(attribute.value) } : attribute,
    ]),
  );
}

/** The branch that an `If` takes; `undefined` for other nodes, and if its condition is not constant. */
export function takenBranch(view: OperatorNode): Graph | undefined {
  const condition = view.operator === 'If' ? view.constant(0) : undefined;
  return condition && view.graph(condition.scalar() ? 'then_branch' : 'else_branch');
}
