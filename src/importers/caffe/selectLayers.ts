import { closest } from '../../diagnostics/closest.ts';
import { diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import type { LayerMessage } from './upgrade.ts';

/**
 * The layers that some blobs depend on, in order: what stands behind a cut need not be known, nor have weights. Throws `NcnnError`
 * (`name-unknown`) for a blob that is neither an input nor made by a layer.
 */
export function layersBefore(
  outputs: readonly string[],
  layers: readonly LayerMessage[],
  inputs: readonly string[],
  file: string,
): readonly LayerMessage[] {
  const known = new Set([...inputs, ...layers.flatMap(({ top }) => top)]);
  const unknown = outputs.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const hints = unknown.flatMap((name) => closest(name, known).slice(0, 1));
    const hint =
      hints.length === 0 ? 'Take the names of tops in the prototxt.' : `Did you mean ${hints.map((name) => `"${name}"`).join(', ')}?`;
    throw new NcnnError([
      diagnostic('name-unknown', `the net has no blob ${unknown.map((name) => `"${name}"`).join(', ')}`, hint, { file }),
    ]);
  }
  const needed = new Set(outputs);
  const before: LayerMessage[] = [];
  for (const layer of [...layers].reverse()) {
    if (!layer.top.some((name) => needed.has(name))) continue;
    before.push(layer);
    // Of blobs of one name, which layers in place make, each layer reads the last one in front of it.
    for (const name of layer.top) needed.delete(name);
    for (const name of layer.bottom) needed.add(name);
  }
  return before.reverse();
}
