import { type Net, typeName } from '../net/net.ts';
import type { Artifact } from './artifact.ts';
import { type ManifestBinding, manifestOf } from './manifest.ts';
import { blobIdentifiers, blobNames, layerIdentifiers } from './names.ts';

/** A layer or blob: its name in the net, what follows `LAYER_` or `BLOB_`, and its number. */
export interface NumberedName {
  readonly name: string;
  readonly identifier: string;
  readonly id: number;
}

/** All that the module and its declarations say of a net, but for its bytes. Plain data that survives JSON. */
export interface ModelDescription {
  /** File name of the source without its extension. */
  readonly name: string;
  readonly binLength: number;
  /** Of the net and its weights. */
  readonly hash: string;
  readonly minNcnnVersion: string;
  readonly inputs: readonly ManifestBinding[];
  readonly outputs: readonly ManifestBinding[];
  readonly layers: readonly (NumberedName & { readonly type: string })[];
  readonly blobs: readonly NumberedName[];
}

/** Describes a converted model. */
export function describeModel(artifact: Artifact): ModelDescription {
  const { net } = artifact.model;
  const { inputs, outputs, minNcnnVersion } = manifestOf(artifact);
  return {
    name: artifact.stem,
    binLength: artifact.binLength,
    hash: artifact.hash(),
    minNcnnVersion,
    inputs,
    outputs,
    ...numberedNames(net),
  };
}

/** The layers and blobs of a net by number, each name once. */
export function numberedNames(net: Net): Pick<ModelDescription, 'layers' | 'blobs'> {
  const layerNames = net.layers.map((layer) => layer.name);
  const types = net.layers.map(typeName);
  return {
    layers: numbered(layerNames, layerIdentifiers(net)).map((entry) => ({ ...entry, type: types[entry.id] ?? '' })),
    blobs: numbered(blobNames(net), blobIdentifiers(net)),
  };
}

/** The first of several that have the same name stands for them, as it does in ncnn. */
function numbered(names: readonly string[], identifiers: ReadonlyMap<string, string>): readonly NumberedName[] {
  const ids = new Map(names.map((name, id) => [name, id] as const).reverse());
  return [...identifiers].map(([name, identifier]) => ({ name, identifier, id: ids.get(name) ?? -1 }));
}
