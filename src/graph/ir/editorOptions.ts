import type { Budget } from '../../budget/budget.ts';
import type { Node } from './graph.ts';
import type { GraphView } from './graphIndex.ts';
import type { Names } from './names.ts';
import type { GraphRules } from './rules.ts';
import type { Tensor } from './tensor.ts';

export interface EditorOptions {
  /** Without rules, nothing is inferred, folded or decomposed, and types are those that the model declares. */
  readonly rules?: GraphRules;
  /** Names that are already used, if several graphs of a model share them. */
  readonly names?: Names;
  /** The graph around a subgraph, which may capture its values. */
  readonly outer?: GraphView | undefined;
  /** Limits computations and the nodes of decompositions; a new budget with the usual limits by default. */
  readonly budget?: Budget;
  /**
   * Computes every value whose operands are known, and throws if that exceeds the budget. Otherwise, computations that are too expensive
   * stay in the graph.
   */
  readonly foldAll?: boolean;
  /** Called with every computed value, in order. */
  readonly onValue?: ((name: string, value: Tensor, node: Node) => void) | undefined;
}
