import type { Artifact, Emitter } from './artifact.ts';
import { describeModel, type ModelDescription, type NumberedName } from './description.ts';
import { commentText, propertyName, stringLiteral } from './javascript.ts';
import type { ManifestBinding } from './manifest.ts';

/**
 * Declarations of the module of a net, with the ids, names and shapes as literal types. The text needs nothing else to be
 * declared. In an ambient module (`declare module`) the word `declare` may not be repeated.
 */
export function emitDeclarations(description: ModelDescription, place: 'file' | 'ambient' = 'file'): string {
  const { layers, blobs, inputs, outputs } = description;
  const declare = place === 'file' ? 'declare ' : '';
  const types = new Map(layers.map(({ name, type }) => [name, type]));
  return [
    '/** The net as a `.param.bin`. */',
    `export ${declare}const param: Uint8Array;`,
    `/** Loads the weights, ${description.binLength} bytes; \`init\` goes to \`fetch\`. */`,
    `export ${declare}function loadBin(init?: RequestInit): Promise<Uint8Array>;`,
    ...layers.map(
      ({ name, identifier, id }) => `/** ${about(types.get(name), name)} */\nexport ${declare}const LAYER_${identifier}: ${id};`,
    ),
    ...blobs.map(({ name, identifier, id }) => `/** ${about('blob', name)} */\nexport ${declare}const BLOB_${identifier}: ${id};`),
    '/** Layer ids by name. */',
    `export ${declare}const LayerId: ${idTypes(layers)};`,
    '/** Blob ids by name. */',
    `export ${declare}const BlobId: ${idTypes(blobs)};`,
    `export ${declare}const inputs: ${tensorTypes(inputs)};`,
    `export ${declare}const outputs: ${tensorTypes(outputs)};`,
    `${declare}const model: {`,
    `  readonly name: ${stringLiteral(description.name)};`,
    '  readonly param: Uint8Array;',
    '  readonly loadBin: typeof loadBin;',
    '  /** Where the weights are; absent where the module holds them itself. */',
    '  readonly binUrl?: string;',
    `  readonly binLength: ${description.binLength};`,
    '  readonly inputs: typeof inputs;',
    '  readonly outputs: typeof outputs;',
    '  readonly layers: typeof LayerId;',
    '  readonly blobs: typeof BlobId;',
    '  /** Changes when the net or its weights do. */',
    '  readonly hash: string;',
    '  /** The oldest ncnn release (date) that loads and runs the net. */',
    `  readonly minNcnnVersion: ${stringLiteral(description.minNcnnVersion)};`,
    '};',
    'export default model;',
    '',
  ].join('\n');
}

/** `<stem>.d.mts`, beside `<stem>.mjs`. */
export const declarationFiles: Emitter = (artifact: Artifact) => {
  const encoder = new TextEncoder();
  return [{ name: `${artifact.stem}.d.mts`, chunks: () => [encoder.encode(emitDeclarations(describeModel(artifact)))] }];
};

/** A module as it is imported, in TypeScript's terms: at most one `*`. */
export interface DeclaredModule {
  readonly pattern: string;
  /** Absent where the pattern stands for several models, so that nothing can be said of the net. */
  readonly description: ModelDescription | undefined;
}

/** Blocks of a file of declarations, by pattern. */
export type DeclaredBlocks = ReadonlyMap<string, string>;

/**
 * A file that declares the imported models to TypeScript. Of wildcard patterns with equally long beginnings TypeScript
 * takes the first that fits, so the longest come first and those for any model last.
 *
 * @param others blocks of models that are not among `modules`.
 */
export function emitAmbientDeclarations(modules: readonly DeclaredModule[], others: DeclaredBlocks = new Map()): string {
  const blocks = new Map(others);
  for (const { pattern, description } of modules) {
    const body = description === undefined ? anyModel : indent(emitDeclarations(description, 'ambient'));
    blocks.set(pattern, `declare module ${stringLiteral(pattern)} {\n${body}}\n`);
  }
  const sorted = [...blocks].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1)).map(([, block]) => block);
  return ['// Written by unplugin-ncnn.\n', ...sorted, fallbackDeclarations()].join('\n');
}

/** Takes a text of {@link emitAmbientDeclarations} apart again; the patterns for any model are left out. */
export function readAmbientDeclarations(text: string): DeclaredBlocks {
  const blocks = text.matchAll(/^declare module (".*") \{\n[\s\S]*?^\}\n/gm);
  return new Map([...blocks].map(([block, quoted = '']) => [String(JSON.parse(quoted)), block]));
}

/** What the import of any model has: ids by name only, as nothing is known of the net. */
export function fallbackDeclarations(): string {
  return ['*?ncnn', '*&ncnn'].map((pattern) => `declare module '${pattern}' {\n${anyModel}}\n`).join('\n');
}

const anyModel = `  import type { NcnnModel } from 'unplugin-ncnn/runtime';

  const model: NcnnModel;
  export default model;
  export const param: NcnnModel['param'];
  export const loadBin: NcnnModel['loadBin'];
  export const LayerId: NcnnModel['layers'];
  export const BlobId: NcnnModel['blobs'];
  export const inputs: NcnnModel['inputs'];
  export const outputs: NcnnModel['outputs'];
`;

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function about(kind: string | undefined, name: string): string {
  return commentText(`${kind ?? 'layer'} "${name}"`);
}

function idTypes(names: readonly NumberedName[]): string {
  return objectType(names.map(({ name, id }) => [name, String(id)]));
}

function tensorTypes(tensors: readonly ManifestBinding[]): string {
  return objectType(
    tensors.map((tensor) => [tensor.name, objectType(Object.entries(tensor).map(([key, value]) => [key, literalType(value)]))]),
  );
}

function literalType(value: unknown): string {
  if (Array.isArray(value)) return `readonly [${value.map(literalType).join(', ')}]`;
  return typeof value === 'string' ? stringLiteral(value) : String(value);
}

function objectType(entries: readonly (readonly [string, string])[]): string {
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, value]) => `readonly ${propertyName(key)}: ${value}`).join('; ')} }`;
}
