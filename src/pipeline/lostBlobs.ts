import type { Graph } from '../graph/ir/graph.ts';
import type { ConvertibleImport } from '../importers/importer.ts';
import type { Net } from '../net/net.ts';

/** Names of the inputs and computed tensors of a graph, in order. */
export function tensorNames({ inputs, nodes }: Graph): readonly string[] {
  return [...inputs.map(({ name }) => name), ...nodes.flatMap((node) => node.outputs).filter((name) => name !== '')];
}

/** Names of blobs or tensors of the source that the net no longer has. Blobs of Split layers that a tool inserted do not count. */
export function lostBlobs(imported: ConvertibleImport, net: Net): readonly string[] {
  if (imported.kind === 'model' && imported.hasNoNames === true) return [];
  const names = imported.kind === 'graph' ? tensorNames(imported.graph) : imported.model.net.layers.flatMap(({ tops }) => tops);
  const there = new Set(net.layers.flatMap(({ tops }) => tops));
  return [...new Set(names)].filter((name) => !there.has(name) && !/_splitncnn(?:_\d+)?$/.test(name));
}
