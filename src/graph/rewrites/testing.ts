import type { Shape } from '../dimension.ts';
import type { Graph, Node } from '../graph.ts';
import type { Tensor } from '../tensor.ts';
import { rewrite } from './index.ts';

/** For tests: the graph that inference, folding and all rewrites make of a few nodes over float32 inputs. */
export function rewriteNodes(
  inputs: Readonly<Record<string, Shape>>,
  nodes: readonly Node[],
  outputs: readonly string[],
  constants: Readonly<Record<string, Tensor>> = {},
): Graph {
  const source: Graph = {
    name: 'test',
    inputs: Object.entries(inputs).map(([name, shape]) => ({ name, type: { dtype: 'float32', shape } })),
    outputs,
    nodes,
    constants: new Map(Object.entries(constants)),
    types: new Map(),
  };
  return rewrite(source).graph;
}

/** The operators of a graph in order. */
export function operatorsOf(graph: Graph): readonly string[] {
  return graph.nodes.map((node) => node.operator);
}
