import type { Graph } from '../graph/ir/graph.ts';
import type { ConvertibleImport } from '../importers/importer.ts';
import type { Net } from '../net/net.ts';

/** Names of the tensors that a graph computes or gets, in its order. */
export function tensorNames({ inputs, nodes }: Graph): readonly string[] {
  return [...inputs.map(({ name }) => name), ...nodes.flatMap((node) => node.outputs).filter((name) => name !== '')];
}

/** Names of blobs or tensors of the source that no blob of the net has any more. Those of Split layers that tools made up do not count. */
export function lostBlobs(imported: ConvertibleImport, net: Net): readonly string[] {
  if (imported.kind === 'model' && imported.hasNoNames === true) return [];
  const names = imported.kind === 'graph' ? tensorNames(imported.graph) : imported.model.net.layers.flatMap(({ tops }) => tops);
  const there = new Set(net.layers.flatMap(({ tops }) => tops));
  return [...new Set(names)].filter((name) => !there.has(name) && !/_splitncnn(?:_\d+)?$/.test(name));
}
