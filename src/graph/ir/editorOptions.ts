import type { Budget } from '../../budget/budget.ts';
import type { Node } from './graph.ts';
import type { GraphView } from './graphIndex.ts';
import type { Names } from './names.ts';
import type { GraphRules } from './rules.ts';
import type { Tensor } from './tensor.ts';

export interface EditorOptions {
  /** Without rules nothing is inferred, folded or decomposed, and types are those that the model declares. */
  readonly rules?: GraphRules;
  /** Names taken already, where several graphs of one model share them. */
  readonly names?: Names;
  /** The graph around a subgraph, whose values it may capture. */
  readonly outer?: GraphView | undefined;
  /** Pays for what is computed, and for what nodes are written out to; without it the graph has one with the usual limits. */
  readonly budget?: Budget;
  /** Computes every value whose operands are known, or refuses the model; otherwise what takes too much is left as it is. */
  readonly foldAll?: boolean;
  /** Called with every value that is computed, in order. */
  readonly onValue?: ((name: string, value: Tensor, node: Node) => void) | undefined;
}
