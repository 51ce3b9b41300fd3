import type { Remedy } from '../diagnostics/advice.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { cutBefore, fixShapes } from '../diagnostics/remedies.ts';
import { isStatic, type Shape } from '../graph/ir/dimension.ts';
import type { Graph } from '../graph/ir/graph.ts';
import type { OperatorNode } from '../graph/ir/operator.ts';
import { nodePlace } from '../graph/stages/infer.ts';

/** Operators that contain graphs. ncnn runs every layer exactly once, so these must be resolved before lowering. */
export const controlFlowOperators: ReadonlySet<string> = new Set(['If', 'Loop', 'Scan', 'SequenceMap']);

/** Explains why a control flow node remains, and which inputs to pin to resolve it. */
export function controlFlowAdvisor(graph: Graph): (view: OperatorNode) => Diagnostic {
  let sources: ReturnType<typeof sourceInputs> | undefined;
  return (view) => {
    sources ??= sourceInputs(graph);
    const names = new Set(view.node.inputs.slice(0, view.operator === 'If' ? 1 : 2).flatMap((name) => [...(sources?.get(name) ?? [])]));
    return remainingControlFlow(
      view,
      graph,
      graph.inputs.map(({ name }) => name).filter((name) => names.has(name)),
    );
  };
}

function remainingControlFlow(view: OperatorNode, graph: Graph, deciding: readonly string[]): Diagnostic {
  const decided = view.operator === 'If' ? 'which branch of it runs' : 'how often it runs';
  const remedy = remedyFor(graph, deciding);
  const from = deciding.length > 0 ? `, from ${deciding.map((name) => `"${name}"`).join(', ')}` : '';
  return diagnostic(
    'operator-unsupported',
    `${decided} is decided when the net runs${from}, but ncnn has no control flow`,
    remedy,
    nodePlace(view),
  );
}

function remedyFor(graph: Graph, deciding: readonly string[]): Remedy {
  const shapeOf = (input: string): Shape => graph.types.get(input)?.shape ?? [];
  const small = deciding.filter((name) => shapeOf(name).length < 2);
  if (small.length > 0 && small.length === deciding.length) {
    const hint = `Pin ${deciding.length === 1 ? 'the input' : 'the inputs'}.`;
    return { hint, advice: small.map((input) => ({ option: 'const', input })) };
  }
  if (deciding.some((input) => !isStatic(shapeOf(input)))) {
    return {
      ...fixShapes,
      hint: 'Fix the shapes of the inputs if that depends on a size, or export the model without it (trace instead of script).',
    };
  }
  return { ...cutBefore, hint: 'Export the model without it (trace instead of script), or cut the graph before this node.' };
}

/** The graph inputs that each value depends on. A constant depends on none. */
function sourceInputs({ inputs, nodes, constants }: Graph): ReadonlyMap<string, ReadonlySet<string>> {
  const sources = new Map<string, ReadonlySet<string>>();
  for (const { name } of inputs) if (!constants.has(name)) sources.set(name, new Set([name]));
  for (const node of nodes) {
    const sets = node.inputs.flatMap((name) => sources.get(name) ?? []);
    const union = new Set(sets.flatMap((set) => [...set]));
    // Most nodes depend on the same inputs as one of their operands, so the set is shared.
    const found = sets.find((set) => set.size === union.size) ?? union;
    for (const output of node.outputs) sources.set(output, found);
  }
  return sources;
}
