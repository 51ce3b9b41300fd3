import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Binding, Model } from './model.ts';
import { isLegalName, maxNameLength, shortenName, UniqueNames } from './names.ts';
import type { Layer, Net } from './net.ts';

/**
 * Renames layers and blobs whose names ncnn cannot read: names with white space or lone surrogates, empty names, names that are too long,
 * and duplicate layer names. Bindings follow the blobs. Each change is reported, because the caller uses the names of inputs and outputs.
 */
export function withLegalNames(model: Model): { readonly model: Model; readonly diagnostics: readonly Diagnostic[] } {
  const { net } = model;
  const diagnostics: Diagnostic[] = [];
  const blobs = [...new Set(net.layers.flatMap((layer) => layer.tops))];
  const nextLayerName = renaming(
    'layer',
    net.layers.map(({ name }) => name),
    diagnostics,
  );
  const nextBlobName = renaming('blob', blobs, diagnostics);
  const renamed = new Map(blobs.map((name) => [name, nextBlobName(name)]));
  const rename = (name: string): string => renamed.get(name) ?? name;
  const layers = net.layers.map((layer): Layer => {
    const name = nextLayerName(layer.name);
    const same = name === layer.name && [...layer.bottoms, ...layer.tops].every((blob) => rename(blob) === blob);
    return same ? layer : { ...layer, name, bottoms: layer.bottoms.map(rename), tops: layer.tops.map(rename) };
  });
  if (diagnostics.length === 0) return { model, diagnostics };
  const bind = (binding: Binding): Binding => (binding.blob === null ? binding : { ...binding, blob: rename(binding.blob) });
  const shapes = new Map([...net.shapes].map(([name, shape]) => [rename(name), shape]));
  return {
    model: {
      net: { ...net, ...renamedSets(net, rename), layers, shapes, outputs: net.outputs.map(rename) },
      inputs: model.inputs.map(bind),
      outputs: model.outputs.map(bind),
    },
    diagnostics,
  };
}

function renamedSets({ named, keep }: Net, rename: (name: string) => string): Pick<Net, 'named' | 'keep'> {
  const all = (names: ReadonlySet<string>): ReadonlySet<string> => new Set([...names].map(rename));
  return { ...(named === undefined ? {} : { named: all(named) }), ...(keep === undefined ? {} : { keep: all(keep) }) };
}

/** Generates names: the first use of a legal name keeps it, other names are changed until they are unique. */
function renaming(kind: 'layer' | 'blob', names: readonly string[], diagnostics: Diagnostic[]): (name: string) => string {
  const unique = new UniqueNames(names.filter(isLegalName), maxNameLength);
  const used = new Set<string>();
  return (name) => {
    const isTwice = used.has(name);
    if (isLegalName(name) && !isTwice) {
      used.add(name);
      return name;
    }
    const free = unique.next(legalized(name, kind));
    const reason = isTwice ? 'is used twice' : reasonOf(name);
    const shown = name.length > 60 ? `${name.slice(0, 57)}…` : name;
    const hint = kind === 'blob' ? 'Use the new name when you feed or extract the blob.' : 'Use the new name where you address the layer.';
    diagnostics.push(diagnostic('name-changed', `the name ${JSON.stringify(shown)} of a ${kind} ${reason}; it is now "${free}"`, hint));
    return free;
  };
}

const space = /[ \t\n\v\f\r\0]/;
const halfCharacter = /\p{Surrogate}/u;

/** Describes why ncnn cannot read a name. */
function reasonOf(name: string): string {
  if (name === '') return 'is empty';
  if (space.test(name)) return 'contains white space';
  return halfCharacter.test(name) ? 'contains half of a surrogate pair' : 'is too long';
}

function legalized(name: string, kind: string): string {
  const words = name.replace(/[ \t\n\v\f\r\0]|\p{Surrogate}/gu, '_');
  return shortenName(words === '' ? kind : words, maxNameLength);
}
