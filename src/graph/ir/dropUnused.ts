import type { Graph, Node } from './graph.ts';
import { readNames } from './nodeList.ts';

/** The graph without nodes, constants and types that no output depends on. Inputs are kept. */
export function dropUnused(graph: Graph): Graph {
  const needed = new Set(graph.outputs);
  const nodes: Node[] = [];
  for (let index = graph.nodes.length - 1; index >= 0; index--) {
    const node = graph.nodes[index];
    if (node === undefined || !node.outputs.some((output) => output !== '' && needed.has(output))) continue;
    nodes.push(node);
    for (const name of readNames(node)) needed.add(name);
  }
  nodes.reverse();
  const produced = new Set(nodes.flatMap((node) => node.outputs));
  const inputs = new Set(graph.inputs.map((input) => input.name));
  return {
    ...graph,
    nodes,
    constants: new Map([...graph.constants].filter(([name]) => needed.has(name))),
    types: new Map([...graph.types].filter(([name]) => needed.has(name) || produced.has(name) || inputs.has(name))),
  };
}
