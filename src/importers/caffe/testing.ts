import { type Diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { execute } from '../../net/execute.ts';
import type { Layer } from '../../net/net.ts';
import { typeName } from '../../net/net.ts';
import { floatsOf } from '../../net/weight.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import type { Imported } from '../importer.ts';
import { type FilesByName, sourceOfFiles } from '../testing.ts';
import { importCaffe } from './importer.ts';

export function importFiles(
  files: FilesByName,
  options: ConvertOptions = {},
  partners: readonly string[] = [],
): Extract<Imported, { kind: 'model' }> {
  const imported = importCaffe(sourceOfFiles(files, partners), options);
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

/** All errors as `code line:column node: message`. */
export function errorsOf(action: () => unknown): readonly string[] {
  return diagnosticsOf(action).map(({ code, message, place: { line, column, node } }) =>
    [code, line === undefined ? '' : `${line}:${column}`, node ?? '', message].filter((part) => part !== '').join(' | '),
  );
}

/** The hints of all errors. */
export function hintsOf(action: () => unknown): readonly string[] {
  return diagnosticsOf(action).map(({ hint }) => hint);
}

function diagnosticsOf(action: () => unknown): readonly Diagnostic[] {
  try {
    action();
  } catch (error) {
    if (!(error instanceof NcnnError)) throw error;
    return error.diagnostics;
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

/** A BlobProto with the four sizes of the legacy format. */
export function legacyBlob(number: number, sizes: readonly number[], values: readonly number[]): Wire {
  return message(number, ...sizes.map((size, index) => integer(1 + index, size)), message(5, floats(values)));
}

export function bytes(...parts: readonly Wire[]): Uint8Array {
  return Uint8Array.from(parts.flat());
}

/** An array with its shape, including the batch axis. */
export interface PrototxtValues {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Numbers between -1 and 1 that do not repeat quickly. */
export function ramp(...shape: readonly number[]): PrototxtValues {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return { shape, values: Array.from({ length: size }, (_, index) => Math.fround(Math.sin(1.7 * index + 0.4))) };
}

/** Imports a net of one Caffe layer, runs it in the executor, and returns the results by top. */
export function computeLayer(
  type: string,
  param: string,
  bottoms: readonly PrototxtValues[],
  blobs: readonly PrototxtValues[] = [],
  tops: readonly string[] = ['out'],
): readonly PrototxtValues[] {
  const sources = bottoms.map(({ shape }, index) => {
    const dims = shape.map((size) => `dim: ${size}`).join(' ');
    return `layer { name: "in${index}" type: "Input" top: "in${index}" input_param { shape { ${dims} } } }`;
  });
  const ends = [...bottoms.map((_, index) => `bottom: "in${index}"`), ...tops.map((name) => `top: "${name}"`)].join(' ');
  const imported = importFiles({
    'net.prototxt': `${sources.join(' ')} layer { name: "layer" type: "${type}" ${ends} ${param} }`,
    'net.caffemodel': bytes(message(100, text(1, 'layer'), ...blobs.map(({ shape, values }) => blob(7, shape, values)))),
  });
  const { inputs, outputs, net } = imported.model;
  const feeds = inputs.map(({ blob: name, blobShape, feed }, index) => {
    const bottomValues = bottoms[index]?.values ?? [];
    const values = feed === 'int32' ? new Float32Array(Int32Array.from(bottomValues).buffer) : Float32Array.from(bottomValues);
    return [name ?? '', { shape: blobShape.map(Number), values }] as const;
  });
  const computed = execute(net, new Map(feeds));
  return tops.map((top) => {
    const { blob: name, shape } = outputs.find((output) => output.name === top) ?? { blob: null, shape: [] };
    const values = [...(computed.get(name ?? '')?.values ?? [])];
    const known = shape.reduce<number>((product, size) => (typeof size === 'number' ? product * size : product), 1);
    const inferred = values.length / known;
    return { shape: shape.map((size) => (typeof size === 'number' ? size : inferred)), values };
  });
}
