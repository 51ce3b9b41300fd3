import { type Net, typeName } from '../net/net.ts';
import type { Artifact } from './artifact.ts';
import { type ManifestBinding, manifestOf } from './manifest.ts';
import { blobIdentifiers, blobNames, layerIdentifiers } from './names.ts';

/** A layer or blob: its name in the net, the suffix of its `LAYER_` or `BLOB_` constant, and its number. */
export interface NumberedName {
  readonly name: string;
  readonly identifier: string;
  readonly id: number;
}

/** Everything that the module and its declarations contain about a net, except its bytes. Plain data that can be stored as JSON. */
export interface ModelDescription {
  /** File name of the source, without its extension. */
  readonly name: string;
  readonly binLength: number;
  /** Hash of the net and its weights. */
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

/** The layers and blobs of a net with their numbers. Each name is listed once. */
export function numberedNames(net: Net): Pick<ModelDescription, 'layers' | 'blobs'> {
  const layerNames = net.layers.map((layer) => layer.name);
  const types = net.layers.map(typeName);
  return {
    layers: numbered(layerNames, layerIdentifiers(net)).map((entry) => ({ ...entry, type: types[entry.id] ?? '' })),
    blobs: numbered(blobNames(net), blobIdentifiers(net)),
  };
}

/** If several entries have the same name, the first one counts, as in ncnn. */
function numbered(names: readonly string[], identifiers: ReadonlyMap<string, string>): readonly NumberedName[] {
  const ids = new Map(names.map((name, id) => [name, id] as const).reverse());
  return [...identifiers].map(([name, identifier]) => ({ name, identifier, id: ids.get(name) ?? -1 }));
}
