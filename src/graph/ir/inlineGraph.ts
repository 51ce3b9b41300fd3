import type { Graph, Node } from './graph.ts';
import type { OperatorNode } from './operator.ts';
import type { Tensor } from './tensor.ts';

/** The nodes of a branch, with its outputs renamed to those of the `If` and unique internal names. */
export function inlineGraph(node: Node, branch: Graph): { nodes: Node[]; constants: Map<string, Tensor> } {
  const own = new Set([...branch.constants.keys(), ...branch.nodes.flatMap((inner) => inner.outputs)]);
  const prefix = `${node.name}/`;
  const rename = (name: string): string => (own.has(name) && name !== '' ? `${prefix}${name}` : name);
  const nodes = branch.nodes.map((inner) => ({
    ...inner,
    name: `${prefix}${inner.name}`,
    inputs: inner.inputs.map(rename),
    outputs: inner.outputs.map(rename),
    attributes: renameCaptured(inner, rename),
  }));
  branch.outputs.forEach((output, index) => {
    const name = node.outputs[index];
    if (name)
      nodes.push({ name: `${prefix}${name}`, operator: 'Identity', inputs: [rename(output)], outputs: [name], attributes: new Map() });
  });
  const constants = new Map([...branch.constants].map(([name, tensor]) => [rename(name), tensor]));
  return { nodes, constants };
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
