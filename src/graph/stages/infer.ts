import { Budget } from '../../budget/budget.ts';
import { type Diagnostic, diagnostic, type Place } from '../../diagnostics/diagnostic.ts';
import { decompositions, graphRules } from '../decompositions/index.ts';
import { formatShape } from '../ir/dimension.ts';
import { dropUnused } from '../ir/dropUnused.ts';
import { GraphEditor } from '../ir/editor.ts';
import { storedElements } from '../ir/folding.ts';
import type { Graph, GraphInput, Node } from '../ir/graph.ts';
import { checkShape } from '../ir/limits.ts';
import { readNames } from '../ir/nodeList.ts';
import type { FailedNode } from '../ir/operator.ts';
import { codeOf, OperatorError, type OperatorNode, usualRemedies } from '../ir/operator.ts';
import type { Decomposition } from '../ir/rules.ts';
import { type Causes, findCauses } from './causes.ts';

export interface Inferred {
  /** The graph with every type known, constants folded, constant `If`s replaced by a branch and operators decomposed. */
  readonly graph: Graph;
  /** Diagnostics of inputs and nodes, without consequences of other causes. */
  readonly diagnostics: readonly Diagnostic[];
  /** Nodes that caused the failure of others, which the lowering reports. They may no longer be in the graph. */
  readonly unresolved: Causes['unresolved'];
}

/**
 * Shape inference, constant folding and decomposition in one pass. Nodes that no output needs are dropped first, so that they cannot fail;
 * a node that breaks the rules of its operator is reported and dropped, too.
 */
export function inferAndFold(source: Graph, list: readonly Decomposition[] = decompositions, budget: Budget = new Budget()): Inferred {
  const { editor, ...causes } = openGraph(source, list, budget);
  return { graph: editor.graph(), ...causes };
}

export interface OpenedGraph extends Omit<Inferred, 'graph'> {
  /** The inferred and folded graph, for further changes. */
  readonly editor: GraphEditor;
}

/** Loads a graph into an editor like {@link inferAndFold}. Each call has the whole budget, so that each call folds the same. */
export function openGraph(source: Graph, list: readonly Decomposition[] = decompositions, budget: Budget = new Budget()): OpenedGraph {
  const graph = dropUnused(source);
  const walkBudget = budget.renewed();
  const editor = new GraphEditor(graph, { rules: graphRules(list), budget: walkBudget });
  const forget = forgetterOf(graph, editor, walkBudget);
  for (const node of graph.nodes) {
    editor.tryAdd(node);
    forget(node);
  }
  const { failures, unresolved } = findCauses(editor.index, editor.takeFailures());
  editor.prune();
  const diagnostics = [...graph.inputs.flatMap((input) => inputProblem(input) ?? []), ...failures.map(toDiagnostic)];
  return { editor, diagnostics, unresolved };
}

/**
 * Returns a function that drops folded constants once all their readers are in the graph and folded as well: a chain of operators on a
 * large table takes no more memory and budget than two tables.
 */
function forgetterOf(graph: Graph, { index }: GraphEditor, budget: Budget): (node: Node) => void {
  const reads = new Map<string, number>();
  for (const name of graph.nodes.flatMap(readNames)) reads.set(name, (reads.get(name) ?? 0) + 1);
  return (node) => {
    for (const name of readNames(node)) {
      const remaining = (reads.get(name) ?? 0) - 1;
      reads.set(name, remaining);
      const value = remaining > 0 || graph.constants.has(name) ? undefined : index.constants.get(name);
      if (value === undefined) continue;
      index.forgetUnread([name]);
      if (!index.constants.has(name)) budget.release('elements', storedElements(value));
    }
  };
}

function inputProblem({ name, type }: GraphInput): Diagnostic | undefined {
  try {
    checkShape(type.shape);
    return undefined;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return diagnostic(codeOf[error.reason], `the input "${name}": ${error.message}`, error.remedy ?? usualRemedies[error.reason]);
  }
}

/** The diagnostic for an error of an operator definition or a lowering. */
export function toDiagnostic({ error: { reason, message, remedy = usualRemedies[reason] }, node }: FailedNode): Diagnostic {
  return diagnostic(codeOf[reason], message, remedy, nodePlace(node));
}

export function nodePlace(view: OperatorNode): Place {
  const shapes = Array.from({ length: view.inputCount }, (_, index) => formatShape(view.optionalInput(index)?.shape));
  return { node: view.node.name, operator: view.node.operator, shapes };
}
