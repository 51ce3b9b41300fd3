import { isKnownOperator } from '../decompositions/index.ts';
import { isStatic } from '../ir/dimension.ts';
import type { Node } from '../ir/graph.ts';
import type { GraphIndex } from '../ir/graphIndex.ts';
import { readNames } from '../ir/nodeList.ts';
import type { FailedNode, OperatorNode } from '../ir/operator.ts';
import { operators } from '../ops/index.ts';

/** Why nodes of a graph cannot be inferred, without consequences of other causes. */
export interface Causes {
  readonly failures: readonly FailedNode[];
  /** Nodes without inference that failed nodes depend on: of unknown operators, or not decomposed. The lowering reports their errors. */
  readonly unresolved: readonly OperatorNode[];
}

/** The causes of failures, determined in a graph from which nothing was dropped yet. */
export function findCauses(index: GraphIndex, failures: readonly FailedNode[]): Causes {
  if (failures.length === 0) return { failures: [], unresolved: [] };
  const failed = failures.map(({ node }) => node.node);
  const opaque = nodesBefore(failed, index).filter(({ operator }) => !operators.has(operator));
  const unknown = unknownValues([...failed, ...opaque], index);
  const follows = (node: Node): boolean => readNames(node).some((name) => unknown.has(name));
  const isCause = (node: Node): boolean =>
    !isKnownOperator(node.operator) || (!follows(node) && node.outputs.some((name) => unknown.has(name)));
  return {
    failures: failures.filter(({ node }) => !follows(node.node)),
    unresolved: opaque.filter(isCause).map((node) => index.view(node)),
  };
}

/** The nodes that some nodes depend on, in graph order. */
function nodesBefore(nodes: readonly Node[], index: GraphIndex): readonly Node[] {
  const before = new Set<Node>();
  const pending = nodes.flatMap(readNames);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = index.producer(name);
    if (node === undefined || before.has(node)) continue;
    before.add(node);
    for (const entry of readNames(node)) pending.push(entry);
  }
  return Array.from(index.nodes.entries(), ({ node }) => node).filter((node) => before.has(node));
}

/** The values whose sizes are unknown because of some nodes; values with static shapes end the propagation. */
function unknownValues(nodes: readonly Node[], index: GraphIndex): ReadonlySet<string> {
  const unknown = new Set<string>();
  const pending = [...nodes];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const output of node.outputs) {
      const shape = index.typeOf(output)?.shape;
      if (output === '' || unknown.has(output) || (shape !== undefined && isStatic(shape))) continue;
      unknown.add(output);
      for (const entry of index.readers(output)) pending.push(entry);
    }
  }
  return unknown;
}
