import * as wire from '../../../src/importers/onnx/testing.ts';
import { type JsonNumber, numberOf } from './values.ts';

/** A tensor: an input, or a constant if it has values. */
export interface CaseTensor {
  /** The number in `TensorProto.DataType`. */
  type: number;
  shape: (number | string)[];
  values?: (JsonNumber | boolean)[];
}

export interface CaseAttribute {
  int?: number;
  float?: JsonNumber;
  text?: string;
  ints?: number[];
  floats?: JsonNumber[];
  texts?: string[];
  tensor?: CaseTensor;
  graph?: CaseGraph;
}

export interface CaseNode {
  op: string;
  domain?: string;
  inputs: string[];
  outputs: string[];
  attributes?: Record<string, CaseAttribute>;
}

export interface CaseGraph {
  inputs: Record<string, CaseTensor>;
  outputs: string[];
  nodes: CaseNode[];
  constants?: Record<string, CaseTensor>;
}

/** A case of the ONNX backend tests, as in a line of `test/fixtures/fuzz/onnx.jsonl`. */
export interface OnnxCase extends CaseGraph {
  name: string;
  opsets: Record<string, number>;
}

/** Constants with more elements are created by a ConstantOfShape, so that files stay small. */
const maxStored = 4096;

/** Bytes of an element, and the function that writes it, by type number. */
const elementTypes: ReadonlyMap<number, readonly [size: number, write: (view: DataView, offset: number, value: number) => void]> = new Map([
  [1, [4, (view, offset, value) => view.setFloat32(offset, value, true)]],
  [2, [1, (view, offset, value) => view.setUint8(offset, value)]],
  [3, [1, (view, offset, value) => view.setInt8(offset, value)]],
  [4, [2, (view, offset, value) => view.setUint16(offset, value, true)]],
  [5, [2, (view, offset, value) => view.setInt16(offset, value, true)]],
  [6, [4, (view, offset, value) => view.setInt32(offset, value, true)]],
  [7, [8, (view, offset, value) => view.setBigInt64(offset, toBigInt(value), true)]],
  [9, [1, (view, offset, value) => view.setUint8(offset, value === 0 ? 0 : 1)]],
  [10, [2, (view, offset, value) => view.setUint16(offset, 0x3c00 + (value & 255), true)]],
  [11, [8, (view, offset, value) => view.setFloat64(offset, value, true)]],
  [12, [4, (view, offset, value) => view.setUint32(offset, value, true)]],
  [13, [8, (view, offset, value) => view.setBigUint64(offset, BigInt.asUintN(64, toBigInt(value)), true)]],
]);

/** Whether tensors of the type can be constants of a case. */
export function isStorable(type: number): boolean {
  return elementTypes.has(type);
}

function toBigInt(value: number): bigint {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
}

/** The `.onnx` file of a case. */
export function encodeCase(model: OnnxCase): Uint8Array {
  const opsets = Object.entries(model.opsets);
  return wire.encodeModel(
    wire.encodedInteger(1, 10),
    wire.encodedMessage(7, ...graphFields(model)),
    ...opsets.map(([domain, version]) => wire.encodedMessage(8, wire.encodedText(1, domain), wire.encodedInteger(2, version))),
  );
}

function graphFields({ inputs, outputs, nodes, constants = {} }: CaseGraph): readonly wire.Wire[] {
  const stored = [...Object.entries(constants), ...Object.entries(inputs).filter(([, { values }]) => values !== undefined)];
  return [
    ...stored.flatMap(([name, tensor]) => constantFields(name, tensor)),
    ...nodes.map(nodeFields),
    ...Object.entries(inputs).flatMap(([name, { type, shape, values }]) =>
      values === undefined
        ? [
            wire.value(
              11,
              name,
              shape.map((size) => (size === '' ? undefined : size)),
              type,
            ),
          ]
        : [],
    ),
    ...outputs.map((name) => wire.encodedMessage(12, wire.encodedText(1, name))),
  ];
}

/** An initializer; a large one is computed. */
function constantFields(name: string, tensor: CaseTensor): readonly wire.Wire[] {
  const dims = sizes(tensor);
  const count = dims.reduce((product, size) => product * size, 1);
  if (count <= maxStored) return [wire.encodedMessage(5, ...tensorFields(name, tensor))];
  const shape = `${name}/shape`;
  const value = wire.encodedMessage(5, ...tensorFields('', { type: tensor.type, shape: [1], values: tensor.values?.slice(0, 1) ?? [] }));
  return [
    wire.initializer(shape, 7, [dims.length], wire.packedIntegers(7, dims)),
    wire.node(
      'ConstantOfShape',
      [shape],
      [name],
      [wire.encodedMessage(5, wire.encodedText(1, 'value'), value, wire.encodedInteger(20, 4))],
    ),
  ];
}

function sizes({ shape }: CaseTensor): readonly number[] {
  return shape.map((size) => (typeof size === 'number' ? size : 1));
}

function tensorFields(name: string, tensor: CaseTensor): readonly wire.Wire[] {
  const dims = sizes(tensor);
  const [size, write] = elementTypes.get(tensor.type) ?? [0, () => {}];
  const values = tensor.values ?? [];
  const declared = dims.reduce((product, length) => product * length, 1);
  // The number of given values does not change, whether the shape matches or not.
  const count = values.length > 0 || declared < 0 ? values.length : Math.min(declared, maxStored);
  const bytes = new Uint8Array(count * size);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < count; index++) write(view, index * size, Number(numeric(values[index] ?? (index % 5) / 4)));
  return wire.tensorFields(name, tensor.type, dims, wire.encodedBytes(9, bytes));
}

function numeric(value: JsonNumber | boolean): number {
  return typeof value === 'boolean' ? Number(value) : numberOf(value);
}

function nodeFields({ op, inputs, outputs, domain = '', attributes = {} }: CaseNode): wire.Wire {
  const fields = Object.entries(attributes).map(([name, value]) =>
    wire.encodedMessage(5, wire.encodedText(1, name), ...attributeFields(value)),
  );
  return wire.node(op, inputs, outputs, fields, '', domain);
}

/** The value of an attribute, after the number of its kind in `AttributeProto`. */
function attributeFields({ int, float, text, ints, floats, texts, tensor, graph }: CaseAttribute): readonly wire.Wire[] {
  const kind = (number: number, ...fields: readonly wire.Wire[]): readonly wire.Wire[] => [...fields, wire.encodedInteger(20, number)];
  if (float !== undefined) return kind(1, wire.encodedFloat(2, numberOf(float)));
  if (int !== undefined) return kind(2, wire.encodedInteger(3, int));
  if (text !== undefined) return kind(3, wire.encodedText(4, text));
  if (tensor !== undefined) return kind(4, wire.encodedMessage(5, ...tensorFields('', tensor)));
  if (graph !== undefined) return kind(5, wire.encodedMessage(6, ...graphFields(graph)));
  if (floats !== undefined) return kind(6, ...floats.map((value) => wire.encodedFloat(7, numberOf(value))));
  if (ints !== undefined) return kind(7, ...ints.map((value) => wire.encodedInteger(8, value)));
  return kind(8, ...(texts ?? []).map((value) => wire.encodedText(9, value)));
}
