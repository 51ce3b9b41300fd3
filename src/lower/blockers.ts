import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Graph } from '../graph/ir/graph.ts';
import { readNames } from '../graph/ir/nodeList.ts';
import { originIn } from '../graph/ir/origin.ts';
import type { Inferred } from '../graph/stages/infer.ts';
import type { LowerResult } from './lower.ts';
import { refusalsOf } from './refusal.ts';

/** The result of folding and lowering a graph. */
export interface Attempt {
  /** The graph before folding. */
  readonly source: Graph;
  readonly folded: Inferred;
  readonly lowered: LowerResult;
}

/** All diagnostics of folding and lowering, without duplicates and in graph order, so that a cause precedes its consequences. */
export function diagnosticsOf({ source, folded, lowered }: Attempt): readonly Diagnostic[] {
  const unresolved = folded.unresolved.flatMap((node) => refusalsOf(node, source));
  // If inference failed, outputs are missing only for that reason.
  const own = lowered.diagnostics.filter(({ code }) => isComplete(folded) || code !== 'graph-empty');
  const all = [...unresolved, ...folded.diagnostics, ...own];
  const distinct = new Map(all.map((entry) => [JSON.stringify([entry.code, entry.message, entry.place.node]), entry]));
  const origin = originIn(source);
  const position = ({ place: { node } }: Diagnostic): number => (node === undefined ? -1 : (origin(node) ?? source.nodes.length));
  return [...distinct.values()].sort((left, right) => position(left) - position(right));
}

/** The values that can be computed. If nodes are missing because inference failed, the values that do not depend on a failed node. */
export function computedValues(attempt: Attempt): ReadonlySet<string> {
  const { source, folded, lowered } = attempt;
  if (lowered.ok) return new Set();
  if (isComplete(folded)) return lowered.computed;
  const origin = originIn(source);
  const failedPositions = new Set(
    diagnosticsOf(attempt).map(({ severity, place }) => (severity === 'error' ? origin(place.node ?? '') : undefined)),
  );
  const computed = new Set<string>();
  const blocked = new Set<string>();
  for (const [place, node] of source.nodes.entries()) {
    const isBlocked = failedPositions.has(place) || readNames(node).some((name) => blocked.has(name));
    for (const output of node.outputs) (isBlocked ? blocked : computed).add(output);
  }
  return computed;
}

function isComplete({ diagnostics, unresolved }: Inferred): boolean {
  return diagnostics.length + unresolved.length === 0;
}
