import { UniqueNames } from '../net/names.ts';
import type { Net } from '../net/net.ts';

/**
 * Identifiers by layer name, without the prefix `LAYER_`: those of ncnn2mem, with a number as a suffix if two would be equal. The keys are
 * in the order of the layers, which is that of their ids.
 */
export function layerIdentifiers(net: Net): ReadonlyMap<string, string> {
  return identifiers(net.layers.map((layer) => layer.name));
}

/** Identifiers by blob name, without the prefix `BLOB_`. The keys are in the order of the blob ids. */
export function blobIdentifiers(net: Net): ReadonlyMap<string, string> {
  return identifiers(blobNames(net));
}

/** Identifiers of custom layer types. The keys are in the order of the type numbers. */
export function customTypeIdentifiers(net: Net): ReadonlyMap<string, string> {
  const types = net.layers.flatMap((layer) => (layer.type === 'Custom' ? [layer.customType] : []));
  return identifiers([...new Set(types)]);
}

/** Names of the blobs of a net as written. The index in the list is ncnn's blob id. */
export function blobNames(net: Net): readonly string[] {
  return net.layers.flatMap((layer) => layer.tops);
}

/** The C identifier of a file, as in ncnn2mem: `net.param.bin` becomes `net_param_bin`. */
export function fileIdentifier(file: string): string {
  const identifier = sanitise(file);
  return /^[0-9]/.test(identifier) ? `_${identifier}` : identifier;
}

/** The same for C and C++, which reserve names that begin with `_` or contain `__`: `3d__net` becomes `net_3d_net`. */
export function plainIdentifier(name: string): string {
  const identifier = sanitise(name).replace(/_+/g, '_').replace(/^_|_$/g, '');
  return /^[A-Za-z]/.test(identifier) ? identifier : identifier === '' ? 'net' : `net_${identifier}`;
}

/**
 * Assigns a unique identifier to each name. A name that is an identifier keeps it, and then the others follow in order. Names whose
 * identifier is taken come last, so that a numeric suffix never takes the identifier of another name.
 */
function identifiers(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(names.filter((name) => sanitise(name) === name));
  const chosen = new Map<string, string>();
  for (const name of names) {
    const identifier = sanitise(name);
    if (identifier === name) chosen.set(name, name);
    else if (!taken.has(identifier)) {
      taken.add(identifier);
      chosen.set(name, identifier);
    }
  }
  const unique = new UniqueNames(taken);
  for (const name of names) if (!chosen.has(name)) chosen.set(name, unique.next(sanitise(name)));
  return new Map(names.map((name) => [name, chosen.get(name) ?? name]));
}

/** ncnn2mem writes one `_` for each byte that is not an ASCII letter or digit, so a two-byte letter becomes two. */
function sanitise(name: string): string {
  return name.replace(/[^A-Za-z0-9]/gu, (character) => '_'.repeat(byteLength(character.codePointAt(0) ?? 0)));
}

function byteLength(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
