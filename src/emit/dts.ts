import type { Artifact, Emitter } from './artifact.ts';
import { describeModel, type ModelDescription, type NumberedName } from './description.ts';
import { commentText, propertyName, stringLiteral } from './javascript.ts';
import type { ManifestBinding } from './manifest.ts';

/**
 * Declarations of a net's module, with ids, names and shapes as literal types. They refer to no other declarations. Inside an ambient
 * module (`declare module`), the keyword `declare` must be omitted.
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
    '  /** URL of the weights; absent if the module contains them. */',
    '  readonly binUrl?: string;',
    `  readonly binLength: ${description.binLength};`,
    '  readonly inputs: typeof inputs;',
    '  readonly outputs: typeof outputs;',
    '  readonly layers: typeof LayerId;',
    '  readonly blobs: typeof BlobId;',
    '  /** Changes with the net or its weights. */',
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

/** An imported module in TypeScript's notation, with at most one `*`. */
export interface DeclaredModule {
  readonly pattern: string;
  /** Absent if the pattern matches several models, so that the net is unknown. */
  readonly description: ModelDescription | undefined;
}

/** Blocks of a declaration file, by pattern. */
export type DeclaredBlocks = ReadonlyMap<string, string>;

/**
 * A file that declares the imported models to TypeScript. Among wildcard patterns with equally long prefixes TypeScript uses the first
 * match, so the longest patterns come first and the fallbacks for any model come last.
 *
 * @param others blocks of models that are not in `modules`
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

/** Splits a file written by {@link emitAmbientDeclarations} into its blocks, without the fallbacks for any model. */
export function readAmbientDeclarations(text: string): DeclaredBlocks {
  const blocks = text.matchAll(/^declare module (".*") \{\n[\s\S]*?^\}\n/gm);
  return new Map([...blocks].map(([block, quoted = '']) => [String(JSON.parse(quoted)), block]));
}

/** Declarations for the import of any model. The ids are indexed by any name, because the net is unknown. */
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
