import protobuf from 'protobufjs/minimal.js';
import { bytesInMemory } from '../../bytes/byteSource.ts';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import type { Graph } from '../../graph/ir/graph.ts';
import type { Imported } from '../importer.ts';
import type { ModelSource } from '../source.ts';
import { importOnnx } from './importer.ts';

/** ONNX messages for tests, written by field number. */

export type Wire = (writer: protobuf.Writer) => void;

/** The bytes of a message. */
export const encodeModel = (...fields: readonly Wire[]): Uint8Array => {
  const writer = protobuf.Writer.create();
  for (const field of fields) field(writer);
  return Uint8Array.from(writer.finish());
};

export const encodedBytes =
  (field: number, value: Uint8Array): Wire =>
  (writer) => {
    writer.uint32((field << 3) | 2).bytes(value);
  };

export const encodedText =
  (field: number, value: string): Wire =>
  (writer) => {
    writer.uint32((field << 3) | 2).string(value);
  };

export const encodedInteger =
  (field: number, value: number): Wire =>
  (writer) => {
    writer.uint32(field << 3).int64(value);
  };

export const encodedMessage = (field: number, ...fields: readonly Wire[]): Wire => encodedBytes(field, encodeModel(...fields));

/** A packed list of int64 or int32. */
export const packedIntegers = (field: number, values: readonly number[]): Wire => {
  const writer = protobuf.Writer.create();
  for (const value of values) writer.int64(value);
  return encodedBytes(field, Uint8Array.from(writer.finish()));
};

export const encodedFloat =
  (field: number, value: number): Wire =>
  (writer) => {
    writer.uint32((field << 3) | 5).float(value);
  };

/** A tensor in field 5, an initializer. */
export function initializer(name: string, dataType: number, dims: readonly number[], ...data: readonly Wire[]): Wire {
  return encodedMessage(5, ...tensorFields(name, dataType, dims, ...data));
}

export function tensorFields(name: string, dataType: number, dims: readonly number[], ...data: readonly Wire[]): readonly Wire[] {
  return [packedIntegers(1, dims), encodedInteger(2, dataType), encodedText(8, name), ...data];
}

/** float32 bytes in `raw_data`. */
export function rawFloats(...values: readonly number[]): Wire {
  return encodedBytes(9, new Uint8Array(Float32Array.from(values).buffer));
}

/** A node; the functions below create `attributes`. `name` is omitted if it is empty. */
export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly Wire[] = [],
  name = '',
  domain = '',
): Wire {
  return encodedMessage(
    1,
    ...inputs.map((inputProto) => encodedText(1, inputProto)),
    ...outputs.map((output) => encodedText(2, output)),
    ...(name ? [encodedText(3, name)] : []),
    encodedText(4, operator),
    ...(domain ? [encodedText(7, domain)] : []),
    ...attributes,
  );
}

export const intAttribute = (name: string, value: number): Wire =>
  encodedMessage(5, encodedText(1, name), encodedInteger(3, value), encodedInteger(20, 2));
export const floatAttribute = (name: string, value: number): Wire =>
  encodedMessage(5, encodedText(1, name), encodedFloat(2, value), encodedInteger(20, 1));
export const graphAttribute = (name: string, ...fields: readonly Wire[]): Wire =>
  encodedMessage(5, encodedText(1, name), encodedMessage(6, ...fields), encodedInteger(20, 5));

/** An input (field 11), output (12) or declared value (13). A size is a number, a symbol, or `undefined` if it is not declared. */
export function value(field: 11 | 12 | 13, name: string, shape?: readonly (number | string | undefined)[], elementType = 1): Wire {
  const dims = shape?.map((size) =>
    encodedMessage(1, ...(size === undefined ? [] : [typeof size === 'number' ? encodedInteger(1, size) : encodedText(2, size)])),
  );
  return encodedMessage(
    field,
    encodedText(1, name),
    encodedMessage(2, encodedMessage(1, encodedInteger(1, elementType), ...(dims === undefined ? [] : [encodedMessage(2, ...dims)]))),
  );
}

export const input = (name: string, shape?: readonly (number | string | undefined)[], elementType?: number): Wire =>
  value(11, name, shape, elementType);
export const output = (name: string, shape?: readonly (number | string | undefined)[]): Wire => value(12, name, shape);

/** The bytes of a model whose graph has these fields. */
export function model(opset: number, ...graph: readonly Wire[]): Uint8Array {
  return encodeModel(encodedInteger(1, 8), encodedMessage(7, ...graph), encodedMessage(8, encodedInteger(2, opset)));
}

export function source(bytes: Uint8Array, side: ModelSource['side'] = () => new Uint8Array()): ModelSource {
  return {
    file: 'net.onnx',
    name: 'net.onnx',
    bytes,
    side,
    sideFile: (requested) => bytesInMemory(side(requested)),
    partners: [],
    siblings: () => [],
  };
}

export function read(bytes: Uint8Array, side?: ModelSource['side']): Extract<Imported, { kind: 'graph' }> {
  const imported = importOnnx(source(bytes, side));
  if (imported.kind !== 'graph') throw new Error('not a graph');
  return imported;
}

export function readGraph(bytes: Uint8Array): Graph {
  return read(bytes).graph;
}

/** The errors of a model, `code: message` per diagnostic. */
export function refusals(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics.map((entry) => `${entry.code}: ${entry.message}`);
    throw error;
  }
  return [];
}
