import { recordOf } from '../../layers/layerTypes.ts';
import { operatorOf } from '../../layers/operators.ts';
import type { Layer } from '../../net.ts';
import type { NetEditor } from '../editor.ts';

/** How many layers to visit at most, so that the cost of a check is bounded. */
const maxLayers = 12;

/**
 * Whether a blob feeds a rounding, comparison or selection, where the smallest difference can change the result by a whole unit. The
 * producer of such a blob must not be computed in another way, even if that is equally accurate. Only the next few layers are checked.
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
      // Layers that move or map elements keep the last bit of a value, or nearly so.
      if (recordOf(reader)?.elements !== undefined) for (const top of reader.tops) blobs.push(top);
    }
  }
  return false;
}

function isDiscontinuous(layer: Layer): boolean {
  return recordOf(layer)?.elements === 'stepped' || operatorOf(layer)?.discontinuous === true;
}
