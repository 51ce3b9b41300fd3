import { recordOf } from '../../layers/layerTypes.ts';
import { operatorOf } from '../../layers/operators.ts';
import type { Layer } from '../../net.ts';
import type { NetEditor } from '../editor.ts';

/** How many layers are looked at, so that it costs the same wherever it is asked. */
const maxLayers = 12;

/**
 * Whether a blob goes into rounding, comparing or picking, where the least difference can make a whole one: what makes it must not
 * be computed otherwise, even if that is as good. Looks through the layers that stand close behind.
 */
export function feedsDiscontinuity(editor: NetEditor, blob: string | undefined): boolean {
  const blobs = blob === undefined ? [] : [blob];
  const seen = new Set<Layer>();
  for (const name of blobs) {
    for (const reader of editor.readers(name)) {
      if (seen.has(reader)) continue;
      if (seen.size === maxLayers) return false;
      seen.add(reader);
      if (isDiscontinuous(reader)) return true;
      // Behind layers that move or map elements the last bit of a value is still what it was, or nearly.
      if (recordOf(reader)?.elements !== undefined) for (const top of reader.tops) blobs.push(top);
    }
  }
  return false;
}

function isDiscontinuous(layer: Layer): boolean {
  return recordOf(layer)?.elements === 'stepped' || operatorOf(layer)?.discontinuous === true;
}
