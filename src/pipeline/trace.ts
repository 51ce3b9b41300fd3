import type { Imported } from '../importers/importer.ts';
import type { Net } from '../net/net.ts';
import type { NetHistory } from '../net/passes/history.ts';
import type { ConversionTrace } from '../report/index.ts';

/** The history of the net, for the report. */
export function traceOf(imported: Imported, before: Net, history: NetHistory): ConversionTrace {
  const nodes = imported.kind === 'graph' ? imported.graph.nodes : [];
  const operators = new Map<string, number>();
  for (const { operator } of nodes) operators.set(operator, (operators.get(operator) ?? 0) + 1);
  return { about: imported.about ?? '', nodes: new Map(nodes.map(({ name, operator }) => [name, operator])), operators, before, history };
}
