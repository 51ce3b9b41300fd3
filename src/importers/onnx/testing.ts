import protobuf from 'protobufjs/minimal.js';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import type { Graph } from '../../graph/ir/graph.ts';
import type { Imported, ModelSource } from '../importer.ts';
import { onnxImporter } from './importer.ts';

/** ONNX messages for tests, written by field number. */

export type Wire = (writer: protobuf.Writer) => void;

/** The bytes of a message. */
export const encode = (...fields: readonly Wire[]): Uint8Array => {
  const writer = protobuf.Writer.create();
  for (const field of fields) field(writer);
  return Uint8Array.from(writer.finish());
};

export const bytes =
  (field: number, value: Uint8Array): Wire =>
  (writer) => {
    writer.uint32((field << 3) | 2).bytes(value);
  };

export const text =
  (field: number, value: string): Wire =>
  (writer) => {
    writer.uint32((field << 3) | 2).string(value);
  };

export const integer =
  (field: number, value: number): Wire =>
  (writer) => {
    writer.uint32(field << 3).int64(value);
  };

export const message = (field: number, ...fields: readonly Wire[]): Wire => bytes(field, encode(...fields));

/** A packed list of int64 or int32. */
export const packedIntegers = (field: number, values: readonly number[]): Wire => {
  const writer = protobuf.Writer.create();
  for (const value of values) writer.int64(value);
  return bytes(field, Uint8Array.from(writer.finish()));
};

export const float =
  (field: number, value: number): Wire =>
  (writer) => {
    writer.uint32((field << 3) | 5).float(value);
  };

/** A tensor in field 5, an initializer. */
export function initializer(name: string, dataType: number, dims: readonly number[], ...data: readonly Wire[]): Wire {
  return message(5, ...tensorFields(name, dataType, dims, ...data));
}

export function tensorFields(name: string, dataType: number, dims: readonly number[], ...data: readonly Wire[]): readonly Wire[] {
  return [packedIntegers(1, dims), integer(2, dataType), text(8, name), ...data];
}

/** float32 bytes in `raw_data`. */
export function rawFloats(...values: readonly number[]): Wire {
  return bytes(9, new Uint8Array(Float32Array.from(values).buffer));
}

/** A node; `attributes` are made by the functions below. `name` is left out where it is empty. */
export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly Wire[] = [],
  name = '',
  domain = '',
): Wire {
  return message(
    1,
    ...inputs.map((input) => text(1, input)),
    ...outputs.map((output) => text(2, output)),
    ...(name ? [text(3, name)] : []),
    text(4, operator),
    ...(domain ? [text(7, domain)] : []),
    ...attributes,
  );
}

export const intAttribute = (name: string, value: number): Wire => message(5, text(1, name), integer(3, value), integer(20, 2));
export const floatAttribute = (name: string, value: number): Wire => message(5, text(1, name), float(2, value), integer(20, 1));
export const graphAttribute = (name: string, ...fields: readonly Wire[]): Wire =>
  message(5, text(1, name), message(6, ...fields), integer(20, 5));

/** An input (field 11), output (12) or declared value (13); a size is a number or a symbol, `undefined` for one that is not said. */
export function value(field: 11 | 12 | 13, name: string, shape?: readonly (number | string | undefined)[], elementType = 1): Wire {
  const dims = shape?.map((size) =>
    message(1, ...(size === undefined ? [] : [typeof size === 'number' ? integer(1, size) : text(2, size)])),
  );
  return message(
    field,
    text(1, name),
    message(2, message(1, integer(1, elementType), ...(dims === undefined ? [] : [message(2, ...dims)]))),
  );
}

export const input = (name: string, shape?: readonly (number | string | undefined)[], elementType?: number): Wire =>
  value(11, name, shape, elementType);
export const output = (name: string, shape?: readonly (number | string | undefined)[]): Wire => value(12, name, shape);

/** The bytes of a model with the graph of these fields. */
export function model(opset: number, ...graph: readonly Wire[]): Uint8Array {
  return encode(integer(1, 8), message(7, ...graph), message(8, integer(2, opset)));
}

export function source(bytes: Uint8Array, side: ModelSource['side'] = () => new Uint8Array()): ModelSource {
  return { file: 'net.onnx', bytes, side, partners: [], siblings: () => [] };
}

export function read(bytes: Uint8Array, side?: ModelSource['side']): Extract<Imported, { kind: 'graph' }> {
  const imported = onnxImporter.read(source(bytes, side));
  if (imported.kind !== 'graph') throw new Error('not a graph');
  return imported;
}

export function readGraph(bytes: Uint8Array): Graph {
  return read(bytes).graph;
}

/** What is wrong with a model: `code: message` of each diagnostic. */
export function refusals(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics.map((entry) => `${entry.code}: ${entry.message}`);
    throw error;
  }
  return [];
}
