import { type Diagnostic, diagnostic, type Place } from '../../diagnostics/diagnostic.ts';
import { decompositions, graphRules } from '../decompositions/index.ts';
import { formatShape } from '../ir/dimension.ts';
import { dropUnused } from '../ir/dropUnused.ts';
import { GraphEditor } from '../ir/editor.ts';
import type { Graph, GraphInput } from '../ir/graph.ts';
import { checkShape } from '../ir/limits.ts';
import { codeOf, OperatorError, type OperatorNode, usualRemedies } from '../ir/operator.ts';
import type { Decomposition } from '../ir/rules.ts';

export interface Inferred {
  /** The graph with every type known, constants folded, constant `If`s taken and operators decomposed. */
  readonly graph: Graph;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Shape inference, constant folding and decomposition in one walk. Nodes that no output needs are dropped first, so that they cannot
 * fail; a node that breaks the rules of its operator is reported and dropped too.
 */
export function inferAndFold(source: Graph, list: readonly Decomposition[] = decompositions): Inferred {
  const { editor, diagnostics } = openGraph(source, list);
  return { graph: editor.graph(), diagnostics };
}

export interface OpenedGraph {
  /** The graph, inferred and folded, to be changed further. */
  readonly editor: GraphEditor;
  readonly diagnostics: readonly Diagnostic[];
}

/** Loads a graph into an editor as {@link inferAndFold} does. */
export function openGraph(source: Graph, list: readonly Decomposition[] = decompositions): OpenedGraph {
  const graph = dropUnused(source);
  const editor = new GraphEditor(graph, { rules: graphRules(list) });
  const diagnostics: Diagnostic[] = graph.inputs.flatMap((input) => inputProblem(input) ?? []);
  for (const node of graph.nodes) {
    try {
      editor.add(node);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      diagnostics.push(toDiagnostic(error, editor.index.view(node)));
      editor.leaveOut(node);
    }
  }
  editor.prune();
  return { editor, diagnostics };
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

/** The diagnostic of an error thrown by an operator definition or a lowering. */
export function toDiagnostic({ reason, message, remedy = usualRemedies[reason] }: OperatorError, view: OperatorNode): Diagnostic {
  return diagnostic(codeOf[reason], message, remedy, placeOf(view));
}

export function placeOf(view: OperatorNode): Place {
  const shapes = Array.from({ length: view.inputCount }, (_, index) => formatShape(view.optionalInput(index)?.shape));
  return { node: view.node.name, operator: view.node.operator, shapes };
}
