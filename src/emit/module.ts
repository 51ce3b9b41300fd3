import { encodeBase64 } from '../bytes/base64.ts';
import { decodeBase64 } from '../runtime/decodeBase64.ts';
import { fetchWeights } from '../runtime/fetchWeights.ts';
import type { Artifact, Emitter } from './artifact.ts';
import { describeModel, type ModelDescription, type NumberedName } from './description.ts';
import { commentText, propertyKey, stringLiteral } from './javascript.ts';
import type { ManifestBinding } from './manifest.ts';

/**
 * Where a module gets the weights: from a URL (an expression, with the imports it needs), or from base64 text in the module. Server code
 * uses the text, and may also have the URL at which pages find the file.
 */
export type WeightSource =
  | { readonly kind: 'url'; readonly expression: string; readonly imports?: readonly string[] }
  | { readonly kind: 'inline'; readonly bytes: Uint8Array; readonly publicUrl?: string | undefined };

/** Everything that determines the module, so that a cached model gives the same module. */
export interface ModuleParts {
  readonly description: ModelDescription;
  /** The `.param.bin`. */
  readonly paramBin: Uint8Array;
  readonly weights: WeightSource;
}

/**
 * The source of a net's ES module. It is self-contained: the few functions it needs are included, so that the file works by itself and
 * bundlers need not resolve this package from the model's folder. The module has no side effects on import, so bundlers can drop unused
 * exports.
 */
export function emitModule({ description, paramBin, weights }: ModuleParts): string {
  const inline = weights.kind === 'inline';
  const url = inline ? weights.publicUrl : `/* @__PURE__ */ (() => ${weights.expression})()`;
  return [
    `/* ${commentText(description.name)} as an ncnn net, written by unplugin-ncnn */`,
    ...(inline ? [] : (weights.imports ?? [])),
    decodeBase64.toString(),
    ...(inline ? [] : [fetchWeights.toString()]),
    `export const param = /* @__PURE__ */ decodeBase64("${encodeBase64(paramBin)}");`,
    `const binLength = ${description.binLength};`,
    ...(url === undefined ? [] : [`const binUrl = ${url};`]),
    ...(inline
      ? [`const bin = "${encodeBase64(weights.bytes)}";`, 'export async function loadBin() { return decodeBase64(bin); }']
      : ['export function loadBin(init) { return fetchWeights(binUrl, binLength, init); }']),
    ...constants('LAYER', description.layers),
    ...constants('BLOB', description.blobs),
    `export const LayerId = ${ids(description.layers)};`,
    `export const BlobId = ${ids(description.blobs)};`,
    `export const inputs = ${tensors(description.inputs)};`,
    `export const outputs = ${tensors(description.outputs)};`,
    `const model = { name: ${stringLiteral(description.name)}, param, loadBin, ${url === undefined ? '' : 'binUrl, '}binLength, inputs, outputs,`,
    `  layers: LayerId, blobs: BlobId, hash: "${description.hash}", minNcnnVersion: ${stringLiteral(description.minNcnnVersion)} };`,
    'export default model;',
    '',
  ].join('\n');
}

/** `<stem>.mjs` with `<stem>.bin`, which it loads from the same folder. */
export const moduleFiles: Emitter = (artifact: Artifact) => {
  const file = stringLiteral(`./${encodeURIComponent(artifact.stem)}.bin`);
  const source = (): string =>
    emitModule({
      description: describeModel(artifact),
      paramBin: artifact.paramBin,
      weights: { kind: 'url', expression: `new URL(${file}, import.meta.url).href` },
    });
  return [
    { name: `${artifact.stem}.mjs`, chunks: () => [new TextEncoder().encode(source())] },
    { name: `${artifact.stem}.bin`, chunks: artifact.bin },
  ];
};

/** The exported ids of a net: a tree whose leaves are numbers, for tools that inline them. */
export interface IdTree {
  readonly [name: string]: number | IdTree;
}

/** The ids among the named exports of the module, and those of the model, the `default` export. */
export function idTree({ layers, blobs }: Pick<ModelDescription, 'layers' | 'blobs'>): IdTree {
  const LayerId = Object.fromEntries(layers.map(({ name, id }) => [name, id]));
  const BlobId = Object.fromEntries(blobs.map(({ name, id }) => [name, id]));
  return {
    ...Object.fromEntries(layers.map(({ identifier, id }) => [`LAYER_${identifier}`, id])),
    ...Object.fromEntries(blobs.map(({ identifier, id }) => [`BLOB_${identifier}`, id])),
    LayerId,
    BlobId,
    default: { layers: LayerId, blobs: BlobId },
  };
}

function constants(prefix: string, names: readonly NumberedName[]): readonly string[] {
  return names.map(({ identifier, id }) => `export const ${prefix}_${identifier} = ${id};`);
}

function ids(names: readonly NumberedName[]): string {
  return objectLiteral(names.map(({ name, id }) => [name, String(id)]));
}

function tensors(list: readonly ManifestBinding[]): string {
  return objectLiteral(
    list.map((tensor) => [tensor.name, objectLiteral(Object.entries(tensor).map(([key, value]) => [key, literal(value)]))]),
  );
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  return typeof value === 'string' ? stringLiteral(value) : String(value);
}

function objectLiteral(entries: readonly (readonly [string, string])[]): string {
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, value]) => `${propertyKey(key)}: ${value}`).join(', ')} }`;
}
