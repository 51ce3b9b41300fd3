import type { Node } from '../ir/graph.ts';
import type { GraphView } from '../ir/graphIndex.ts';
import type { Results } from '../ir/rules.ts';
import type { GraphWriter } from '../ir/writer.ts';

/** Emits the replacement of a node; returns the values of its outputs, or nothing if the results would differ. */
export type Replacement = (edit: GraphWriter) => Results | undefined;

/** One pattern. Its replacement must compute the same. */
export interface Rewrite {
  readonly name: string;
  /** Operators of the nodes at which the pattern may end; absent if it may end at any node. */
  readonly operators?: readonly string[];
  /** Looks for the pattern that ends at a node; earlier nodes that nothing else reads are removed with it. */
  readonly match: (node: Node, graph: GraphView) => Replacement | undefined;
}
