import { UniqueNames } from '../../net/names.ts';
import type { Layer } from '../../net/net.ts';

interface Named {
  /** Caffe's input names and their blobs. */
  readonly inputs: readonly (readonly [string, string])[];
  readonly outputs: readonly (readonly [string, string])[];
  /** Every top in the order of the layers, with the layer that produces it. */
  readonly produced: readonly { readonly name: string; readonly blob: string; readonly layer: string }[];
  readonly layers: readonly Layer[];
}

/**
 * Assigns the final blob names. A Caffe layer may overwrite its bottom; here each version is a separate blob. The last version gets the
 * name, because Caffe shows it under that name; earlier versions get the layer name as a suffix. Inputs keep their names.
 */
export function nameBlobs({ inputs, outputs, produced, layers }: Named): (blob: string) => string {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const give = (blob: string, name: string): void => {
    if (names.has(blob) || taken.has(name)) return;
    names.set(blob, name);
    taken.add(name);
  };
  for (const [name, blob] of [...inputs, ...outputs]) give(blob, name);
  for (const { name, blob } of [...produced].reverse()) give(blob, name);
  const unique = new UniqueNames(taken);
  for (const { name, blob, layer } of produced) if (!names.has(blob)) names.set(blob, unique.next(`${name}_${layer}`));
  for (const { name, tops } of layers) for (const top of tops) if (!names.has(top)) names.set(top, unique.next(name));
  return (blob) => names.get(blob) ?? blob;
}
