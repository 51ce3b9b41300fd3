import { producersOf } from '../net/deadCode.ts';
import type { HalfGuard } from '../net/half/guard.ts';
import { maskBits } from '../net/half/masks.ts';
import { recordOf } from '../net/layers/layerTypes.ts';
import { peakBytes } from '../net/memory.ts';
import type { Binding } from '../net/model.ts';
import { typeName } from '../net/net.ts';
import type { Artifact, Emitter } from './artifact.ts';
import { blobNames } from './names.ts';

/** An input or output in the manifest. */
export interface ManifestBinding {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly (number | string)[];
  /** `null` if the input is pinned or not used. */
  readonly blob: string | null;
  readonly blobId: number | null;
  readonly ncnnShape: readonly (number | string)[];
  readonly feed: 'float32' | 'int32';
  readonly batch?: number;
  /** Column titles of a table of detections. */
  readonly columns?: readonly string[];
  /** For an output that is recurrent state: the input that takes it in the next run. */
  readonly updates?: string;
}

/** What a caller needs to run the net, as JSON. */
export interface Manifest {
  readonly format: string;
  readonly inputs: readonly ManifestBinding[];
  readonly outputs: readonly ManifestBinding[];
  /** The layer types in the net, sorted and without duplicates. */
  readonly layerTypes: readonly string[];
  readonly minNcnnVersion: string;
  readonly weightBytes: number;
  /** Peak memory of the blobs in ncnn's light mode, in bytes; absent if a shape is unknown. */
  readonly peakBytes?: number;
  /** Names of source blobs or tensors that no blob of the net has. */
  readonly lostBlobs?: readonly string[];
  /** Layers with a feature mask, because fp16 breaks them on phones: 1 for their sums, 3 for their blobs as well. */
  readonly fp16Masks?: readonly { readonly layer: string; readonly mask: 1 | 3 }[];
  readonly passes: readonly { readonly name: string; readonly times: number }[];
  /** Savings of the passes. */
  readonly saved?: NonNullable<Artifact['saved']>;
}

/** `<stem>.ncnn.json`. */
export const manifestFiles: Emitter = (artifact) => [
  {
    name: `${artifact.stem}.ncnn.json`,
    chunks: () => [new TextEncoder().encode(`${JSON.stringify(manifestOf(artifact), null, 2)}\n`)],
  },
];

/** The manifest of a converted model. */
export function manifestOf({ format, model, minNcnnVersion, binLength, lostBlobs, halfGuard, passes, saved }: Artifact): Manifest {
  const ids = new Map(blobNames(model.net).map((name, id) => [name, id]));
  const producers = producersOf(model.net.layers);
  const describe = ({ name, dtype, shape, blob, blobShape, feed, batch, updates, columns: declared }: Binding): ManifestBinding => {
    const producer = blob === null ? undefined : producers.get(blob);
    const columns = declared ?? (producer && recordOf(producer)?.columns);
    return {
      name,
      dtype,
      shape,
      blob,
      blobId: blob === null ? null : (ids.get(blob) ?? null),
      ncnnShape: blobShape,
      feed,
      ...(batch === undefined ? {} : { batch }),
      ...(columns === undefined ? {} : { columns }),
      ...(updates === undefined ? {} : { updates }),
    };
  };
  const peak = peakBytes(model.net);
  return {
    format,
    inputs: model.inputs.map(describe),
    outputs: model.outputs.map(describe),
    layerTypes: [...new Set(model.net.layers.map(typeName))].sort(),
    minNcnnVersion,
    weightBytes: binLength,
    ...(peak === undefined ? {} : { peakBytes: peak }),
    ...(lostBlobs.length === 0 ? {} : { lostBlobs }),
    ...(halfGuard === undefined || halfGuard.masks.size === 0 ? {} : { fp16Masks: maskEntries(halfGuard) }),
    passes,
    ...(saved === undefined || passes.length === 0 ? {} : { saved }),
  };
}

function maskEntries({ masks }: HalfGuard): Manifest['fp16Masks'] & object {
  return [...masks].map(([layer, mask]) => ({ layer, mask: maskBits[mask] }));
}
