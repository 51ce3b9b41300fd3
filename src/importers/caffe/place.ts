import type { Place } from '../../diagnostics/diagnostic.ts';
import type { LayerMessage } from './upgrade.ts';

/** The place of a layer in diagnostics. The file is added where it is known. */
export function layerPlace({ name, type, position }: Pick<LayerMessage, 'name' | 'type' | 'position'>): Place {
  return { ...position, ...(name === undefined ? {} : { node: name }), ...(type === undefined ? {} : { operator: type }) };
}
