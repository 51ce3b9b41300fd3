import { NcnnError } from '../../diagnostics.ts';
import type { Layer } from '../../net/net.ts';
import { typeName } from '../../net/net.ts';
import { floatsOf } from '../../net/weight.ts';
import type { ConvertOptions } from '../../options.ts';
import type { Imported, ModelSource } from '../importer.ts';
import { caffeImporter } from './importer.ts';

/** A folder in memory, opened at its first file. */
export function sourceOf(files: Readonly<Record<string, string | Uint8Array>>, partners: readonly string[] = []): ModelSource {
  const bytesOf = (name: string): Uint8Array => {
    const contents = files[name];
    if (contents === undefined) throw new RangeError(`there is no ${name}`);
    return typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
  };
  const [file = ''] = Object.keys(files);
  return { file, bytes: bytesOf(file), side: bytesOf, partners, siblings: () => Object.keys(files).sort() };
}

export function importFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: ConvertOptions = {},
  partners: readonly string[] = [],
): Extract<Imported, { kind: 'model' }> {
  const imported = caffeImporter.read(sourceOf(files, partners), options);
  if (imported.kind !== 'model') throw new Error('no net');
  return imported;
}

/** `Type(bottoms)->tops {params}` of each layer. */
export function outlineOf(imported: Extract<Imported, { kind: 'model' }>): readonly string[] {
  return imported.model.net.layers.map((layer) => {
    const params = layer.type === 'Custom' ? {} : layer.params;
    return `${typeName(layer)}(${layer.bottoms.join()})->${layer.tops.join()} ${JSON.stringify(params)}`;
  });
}

export function weightsOf(layer: Layer | undefined): readonly (readonly number[])[] {
  return (layer?.weights ?? []).map((weight) => [...floatsOf(weight)]);
}

/** `code line:column node: message` of everything that is wrong. */
export function faultsOf(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    if (!(error instanceof NcnnError)) throw error;
    return error.diagnostics.map(({ code, message, place: { line, column, node } }) =>
      [code, line === undefined ? '' : `${line}:${column}`, node ?? '', message].filter((part) => part !== '').join(' | '),
    );
  }
  return [];
}

type Wire = readonly number[];

function varint(value: number): Wire {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

export function message(number: number, ...parts: readonly Wire[]): Wire {
  const payload = parts.flat();
  return [...varint(number * 8 + 2), ...varint(payload.length), ...payload];
}

export function text(number: number, value: string): Wire {
  return message(number, [...new TextEncoder().encode(value)]);
}

export function integer(number: number, value: number): Wire {
  return [...varint(number * 8), ...varint(value)];
}

function floats(values: readonly number[]): Wire {
  return [...new Uint8Array(Float32Array.from(values).buffer)];
}

/** A BlobProto with a shape. */
export function blob(number: number, shape: readonly number[], values: readonly number[]): Wire {
  return message(number, message(7, message(1, shape.flatMap(varint))), message(5, floats(values)));
}

/** A BlobProto with the four sizes of old files. */
export function legacyBlob(number: number, sizes: readonly number[], values: readonly number[]): Wire {
  return message(number, ...sizes.map((size, index) => integer(1 + index, size)), message(5, floats(values)));
}

export function bytes(...parts: readonly Wire[]): Uint8Array {
  return Uint8Array.from(parts.flat());
}
