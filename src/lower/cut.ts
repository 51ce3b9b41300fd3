import type { Diagnostic } from '../diagnostics.ts';
import type { Graph } from '../graph/graph.ts';
import { cutHint } from '../graph/infer.ts';

/**
 * The last tensors that could be converted: what nodes that failed, or came after one that did, read of those before,
 * and outputs that do not depend on them. In the order of the graph; inputs of the graph are no results.
 */
export function lastConvertible(graph: Graph, failed: ReadonlySet<string>): readonly string[] {
  const blocked = graph.nodes.filter((node) => node.outputs.some((output) => failed.has(output)));
  const wanted = new Set([...blocked.flatMap((node) => node.inputs), ...graph.outputs]);
  const computed = graph.nodes.flatMap((node) => node.outputs).filter((name) => name !== '' && !failed.has(name));
  return computed.filter((name) => wanted.has(name));
}

/** The diagnostic with the tensors at which to cut written out, where its hint is to cut the graph. */
export function withCut(entry: Diagnostic, tensors: readonly string[]): Diagnostic {
  if (entry.hint !== cutHint || tensors.length === 0 || tensors.length > longestList) return entry;
  const outputs = tensors.map((name) => `\`output=${name}\``).join(' ');
  return { ...entry, hint: `What comes before it converts: cut the graph with ${outputs}, or export the model without it.` };
}

/** A longer list is nothing that anybody would paste. */
const longestList = 12;
