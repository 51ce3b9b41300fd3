import { createHash } from 'node:crypto';
import type { Binding } from '../net/model.ts';
import { typeName } from '../net/net.ts';
import type { Artifact } from './artifact.ts';
import { blobIdentifiers, blobNames, layerIdentifiers } from './names.ts';

/** A layer or blob: its name in the net, what follows `LAYER_` or `BLOB_`, and its number. */
export interface NumberedName {
  readonly name: string;
  readonly identifier: string;
  readonly id: number;
}

/** An input or output as the module shows it. */
export interface TensorDescription {
  readonly name: string;
  readonly blob: string | null;
  readonly blobId: number | null;
  readonly dtype: string;
  readonly shape: readonly (number | string)[];
  readonly ncnnShape: readonly (number | string)[];
  readonly feed: 'float32' | 'int32';
  readonly batch?: number;
}

/** All that the module and its declarations say of a net, but for its bytes. Plain data that survives JSON. */
export interface ModelDescription {
  /** File name of the source without its extension. */
  readonly name: string;
  readonly binLength: number;
  /** Of the net and its weights. */
  readonly hash: string;
  readonly minNcnnVersion: string;
  readonly inputs: readonly TensorDescription[];
  readonly outputs: readonly TensorDescription[];
  readonly layers: readonly (NumberedName & { readonly type: string })[];
  readonly blobs: readonly NumberedName[];
}

/** Describes a converted model. Reads its weights once, for the hash. */
export function describeModel(artifact: Artifact): ModelDescription {
  const { net, inputs, outputs } = artifact.model;
  const layerIds = layerIdentifiers(net);
  const blobs = numbered(blobNames(net), blobIdentifiers(net));
  const blobIds = new Map(blobs.map(({ name, id }) => [name, id]));
  const types = net.layers.map(typeName);
  const hash = createHash('sha256').update(artifact.paramBin);
  for (const chunk of artifact.bin()) hash.update(chunk);
  return {
    name: artifact.stem,
    binLength: artifact.binLength,
    hash: hash.digest('hex').slice(0, 16),
    minNcnnVersion: artifact.minNcnnVersion,
    inputs: inputs.map((binding) => describeTensor(binding, blobIds)),
    outputs: outputs.map((binding) => describeTensor(binding, blobIds)),
    layers: numbered(
      net.layers.map((layer) => layer.name),
      layerIds,
    ).map((entry) => ({ ...entry, type: types[entry.id] ?? '' })),
    blobs,
  };
}

/** The first of several that have the same name stands for them, as it does in ncnn. */
function numbered(names: readonly string[], identifiers: ReadonlyMap<string, string>): readonly NumberedName[] {
  const ids = new Map(names.map((name, id) => [name, id] as const).reverse());
  return [...identifiers].map(([name, identifier]) => ({ name, identifier, id: ids.get(name) ?? -1 }));
}

function describeTensor(binding: Binding, blobIds: ReadonlyMap<string, number>): TensorDescription {
  const { name, blob, dtype, shape, blobShape, feed, batch } = binding;
  const blobId = blob === null ? null : (blobIds.get(blob) ?? null);
  return { name, blob, blobId, dtype, shape, ncnnShape: blobShape, feed, ...(batch === undefined ? {} : { batch }) };
}
