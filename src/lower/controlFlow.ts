import type { Remedy } from '../diagnostics/advice.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { cutBefore } from '../diagnostics/remedies.ts';
import type { Graph } from '../graph/ir/graph.ts';
import type { OperatorNode } from '../graph/ir/operator.ts';
import { placeOf } from '../graph/stages/infer.ts';

/** Operators that hold graphs of their own. ncnn runs every layer once, so they must be resolved before. */
export const controlFlowOperators: ReadonlySet<string> = new Set(['If', 'Loop', 'Scan', 'SequenceMap']);

/** Why a node of control flow is left, and which inputs to pin so that it can be resolved. */
export function controlFlowLeft(view: OperatorNode, graph: Graph): Diagnostic {
  const decided = view.operator === 'If' ? 'which branch of it runs' : 'how often it runs';
  const deciding = inputsBehind(graph, view.node.inputs.slice(0, view.operator === 'If' ? 1 : 2));
  const small = deciding.filter((name) => (graph.types.get(name)?.shape?.length ?? 0) < 2);
  const remedy: Remedy =
    small.length > 0 && small.length === deciding.length
      ? { hint: `Pin ${deciding.length === 1 ? 'the input' : 'the inputs'}.`, advice: small.map((input) => ({ option: 'const', input })) }
      : { ...cutBefore, hint: 'Export the model without it (trace instead of script), or cut the graph before this node.' };
  const from = deciding.length > 0 ? `, from ${deciding.map((name) => `"${name}"`).join(', ')}` : '';
  return diagnostic(
    'operator-unsupported',
    `${decided} is decided when the net runs${from}, and ncnn has no control flow`,
    remedy,
    placeOf(view),
  );
}

/** The inputs of the graph that values depend on. */
function inputsBehind(graph: Graph, names: readonly string[]): readonly string[] {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const found = new Set<string>();
  const seen = new Set<string>();
  const pending = names.filter((name) => name !== '');
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name) || graph.constants.has(name)) continue;
    seen.add(name);
    if (graph.inputs.some((input) => input.name === name)) found.add(name);
    pending.push(...(producers.get(name)?.inputs.filter((input) => input !== '') ?? []));
  }
  return graph.inputs.map((input) => input.name).filter((name) => found.has(name));
}
