import type { Node } from '../ir/graph.ts';
import type { GraphView } from '../ir/graphIndex.ts';
import type { Results } from '../ir/rules.ts';
import type { GraphWriter } from '../ir/writer.ts';

/** Emits what replaces a node; returns the values of its outputs, nothing where it finds that they would differ. */
export type Replacement = (edit: GraphWriter) => Results | undefined;

/** One pattern. What it emits must compute the same. */
export interface Rewrite {
  readonly name: string;
  /** Operators of the nodes that it is asked about, each as the last one of the pattern; absent where that may be any. */
  readonly operators?: readonly string[];
  /** Looks for the pattern at a node; nodes before it that nothing else reads disappear with it. */
  readonly match: (node: Node, graph: GraphView) => Replacement | undefined;
}
