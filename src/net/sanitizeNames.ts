import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Binding, Model } from './model.ts';
import type { Layer } from './net.ts';

/** Longest name of a layer or blob that ncnn reads, in bytes of UTF-8. */
export const maxNameLength = 255;

/**
 * Renames what ncnn could not hold: names with white space or halves of characters, empty or too long ones, and names given twice among layers. Bindings
 * follow the blobs. Each change is told, for the caller finds inputs and outputs by these names.
 */
export function withLegalNames(model: Model): { readonly model: Model; readonly diagnostics: readonly Diagnostic[] } {
  const { net } = model;
  const diagnostics: Diagnostic[] = [];
  const layerNames = renaming('layer', diagnostics);
  const blobNames = renaming('blob', diagnostics);
  const blobs = [...new Set(net.layers.flatMap((layer) => layer.tops))];
  for (const { name } of net.layers) layerNames.reserve(name);
  for (const name of blobs) blobNames.reserve(name);
  const renamed = new Map(blobs.map((name) => [name, blobNames.next(name)]));
  const rename = (name: string): string => renamed.get(name) ?? name;
  const layers = net.layers.map((layer): Layer => {
    const name = layerNames.next(layer.name);
    const same = name === layer.name && [...layer.bottoms, ...layer.tops].every((blob) => rename(blob) === blob);
    return same ? layer : { ...layer, name, bottoms: layer.bottoms.map(rename), tops: layer.tops.map(rename) };
  });
  if (diagnostics.length === 0) return { model, diagnostics };
  const bind = (binding: Binding): Binding => (binding.blob === null ? binding : { ...binding, blob: rename(binding.blob) });
  const shapes = new Map([...net.shapes].map(([name, shape]) => [rename(name), shape]));
  return {
    model: {
      net: { layers, shapes, outputs: net.outputs.map(rename) },
      inputs: model.inputs.map(bind),
      outputs: model.outputs.map(bind),
    },
    diagnostics,
  };
}

/** Whether ncnn reads the name back as it is. */
export function isLegalName(name: string): boolean {
  return name !== '' && !illegal.test(name) && byteLength(name) <= maxNameLength;
}

// What C takes for white space, and the end of a C string.
const space = /[ \t\n\v\f\r\0]/;
// Halves of characters as well, which UTF-8 cannot tell apart.
const illegal = /[ \t\n\v\f\r\0]|\p{Surrogate}/u;

/** Hands out names: a legal one to the first that has it, others changed until they are free. */
function renaming(kind: 'layer' | 'blob', diagnostics: Diagnostic[]): { reserve(name: string): void; next(name: string): string } {
  const wanted = new Set<string>();
  const given = new Set<string>();
  return {
    reserve: (name) => {
      if (isLegalName(name)) wanted.add(name);
    },
    next: (name) => {
      if (isLegalName(name) && !given.has(name)) {
        given.add(name);
        return name;
      }
      const base = legalise(name, kind);
      let free = base;
      for (let count = 1; wanted.has(free) || given.has(free); count++)
        free = `${shortenName(base, maxNameLength - 1 - `${count}`.length)}_${count}`;
      given.add(free);
      const why = given.has(name)
        ? 'is there twice'
        : name === ''
          ? 'is empty'
          : illegal.test(name)
            ? `has ${space.test(name) ? 'white space' : 'half a character'} in it`
            : 'is too long';
      const shown = name.length > 60 ? `${name.slice(0, 57)}…` : name;
      const hint =
        kind === 'blob' ? 'Use the new name when you feed or extract the blob.' : 'Use the new name where you address the layer.';
      diagnostics.push(diagnostic('name-changed', `the name ${JSON.stringify(shown)} of a ${kind} ${why}; it is now "${free}"`, hint));
      return free;
    },
  };
}

function legalise(name: string, kind: string): string {
  const words = name.replace(new RegExp(illegal, 'gu'), '_');
  return shortenName(words === '' ? kind : words, maxNameLength);
}

/** As many whole characters of a name as fit into a number of bytes. */
export function shortenName(name: string, length: number): string {
  // No unit of UTF-16 takes more than three bytes.
  if (name.length * 3 <= length) return name;
  let kept = '';
  let size = 0;
  for (const character of name) {
    size += byteLength(character);
    if (size > length) break;
    kept += character;
  }
  return kept;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
