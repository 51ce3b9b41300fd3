import type { Graph } from '../ir/graph.ts';
import { graphOf } from '../ir/testing.ts';
import { rewrite } from './index.ts';

/** For tests: the graph that inference, folding and all rewrites make of a few nodes over float32 inputs. */
export function rewriteNodes(...parts: Parameters<typeof graphOf>): Graph {
  return rewrite(graphOf(...parts)).graph;
}

/** The operators of a graph in order. */
export function operatorsOf(graph: Graph): readonly string[] {
  return graph.nodes.map((node) => node.operator);
}
