import { Budget } from '../../budget/budget.ts';
import type { Remedy } from '../../diagnostics/advice.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { cutBefore } from '../../diagnostics/remedies.ts';
import { graphRules } from '../decompositions/index.ts';
import { dropUnused } from '../ir/dropUnused.ts';
import { GraphEditor } from '../ir/editor.ts';
import { storedElements } from '../ir/folding.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { readNames } from '../ir/nodeList.ts';
import { OperatorError } from '../ir/operator.ts';
import type { Tensor } from '../ir/tensor.ts';
import { isCustomLayer } from '../ops/custom/custom.ts';
import { toDiagnostic } from './infer.ts';

export interface EvaluateOptions {
  /** Called with every value that a node computes, in order. */
  readonly onValue?: (name: string, tensor: Tensor, node: Node) => void;
  /** Limits the steps, and the elements of the values that are alive at the same time; no limit by default. */
  readonly budget?: Budget;
}

/**
 * Computes the outputs of a graph for given inputs with the reference arithmetic of its operators: everything is constant then and folds. A
 * value is dropped after its last reader.
 *
 * Throws `NcnnError` if a node breaks the rules of its operator or has no reference arithmetic.
 */
export function evaluate(
  graph: Graph,
  inputs: ReadonlyMap<string, Tensor>,
  { onValue, budget = new Budget(unlimited) }: EvaluateOptions = {},
): ReadonlyMap<string, Tensor> {
  const needed = dropUnused(graph);
  const constants = new Map([...needed.constants, ...inputs]);
  const editor = new GraphEditor({ ...needed, constants }, { rules: graphRules(), foldAll: true, onValue, budget });
  const { index } = editor;
  const reads = new Map<string, number>();
  for (const name of [...needed.outputs, ...needed.nodes.flatMap(readNames)]) reads.set(name, (reads.get(name) ?? 0) + 1);
  const drop = (name: string): void => {
    const value = index.constants.get(name);
    if (value !== undefined && !constants.has(name)) budget.release('elements', storedElements(value));
    index.constants.delete(name);
  };
  const release = (name: string): void => {
    const remaining = (reads.get(name) ?? 0) - 1;
    reads.set(name, remaining);
    if (remaining <= 0) drop(name);
  };
  for (const node of needed.nodes) {
    editor.tryAdd(node);
    const isComputed = node.outputs.every((name) => name === '' || index.constants.has(name) || index.typeOf(name)?.sequence);
    if (!isComputed) throw new NcnnError([failureOf(node, editor)]);
    // The values in a sequence are kept for the operators that read them from it.
    if (node.outputs.some((name) => index.typeOf(name)?.sequence)) continue;
    for (const name of readNames(node)) release(name);
    for (const name of node.outputs) if (!reads.has(name)) drop(name);
  }
  return new Map(
    needed.outputs.flatMap((name) => {
      const tensor = index.constants.get(name);
      return tensor === undefined ? [] : [[name, tensor]];
    }),
  );
}

const unlimited = { maxSteps: Number.POSITIVE_INFINITY, maxElements: Number.POSITIVE_INFINITY, maxNodes: Number.POSITIVE_INFINITY };

function failureOf(node: Node, editor: GraphEditor): Diagnostic {
  const [failure] = editor.takeFailures();
  if (failure !== undefined) return toDiagnostic(failure);
  if (isCustomLayer(node)) {
    const hint = 'Run the net with your own build of ncnn, or cut the graph before this node to compute the part before it.';
    const remedy: Remedy = { ...cutBefore, hint };
    return diagnostic('layer-not-run', 'only your own runtime can compute a custom layer', remedy, { node: node.name });
  }
  const error = new OperatorError('unsupported', `no reference implementation of ${node.operator}`);
  return toDiagnostic({ node: editor.index.view(node), error });
}
