import { withCut } from '../../../diagnostics/cutAdvice.ts';
import { NcnnError } from '../../../diagnostics/diagnostic.ts';
import type { Graph } from '../../../graph/ir/graph.ts';
import type { TracedOutput, Tracer } from './tracer.ts';

/**
 * The graph of a program that has run. If calls failed, it is returned only if the `requested` values are computed without them. Otherwise
 * throws `NcnnError` with all failures, and with the last computed values as advice.
 */
export function finishGraph(tracer: Tracer, outputs: readonly TracedOutput[], requested: readonly string[] = []): Graph {
  const isWhole = tracer.diagnostics.every(({ severity }) => severity !== 'error');
  const last = isWhole ? [] : tracer.unread();
  const graph = tracer.graph(outputs, [...new Set([...requested, ...last])]);
  const computed = new Set(graph.nodes.flatMap((node) => node.outputs));
  if (isWhole) return { ...graph, outputs: outputs.map(({ name }) => name) };
  if (requested.length > 0 && requested.every((name) => computed.has(name))) return graph;
  throw new NcnnError(withCut(tracer.diagnostics, lastValues(graph)));
}

/** The values that no node reads, except conditions. */
function lastValues({ nodes, types }: Graph): readonly string[] {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const isLast = (output: string): boolean => output !== '' && !read.has(output) && types.get(output)?.dtype !== 'bool';
  return nodes.flatMap((node) => node.outputs.filter(isLast));
}
