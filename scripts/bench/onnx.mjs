/** Writes ONNX models as protobuf, with the field numbers of onnx.proto. Messages are lists of chunks, so that weights are not copied. */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';

/**
 * Writes a model with float32 tensors; returns its size in bytes. Tensors in `external`, `{ location, offset, length }`, have no values:
 * these are in a side file.
 */
export function writeModel(file, { name, inputs, outputs, nodes, initializers }) {
  const graph = [
    ...nodes.map((entry) => join(message(1, entry))),
    string(2, name),
    ...initializers.flatMap((entry) => message(5, tensor(entry))),
    ...inputs.flatMap((entry) => message(11, [valueInfo(entry)])),
    ...outputs.flatMap((entry) => message(12, [valueInfo(entry)])),
  ];
  const opset = message(8, [string(1, ''), field(2, 17)]);
  return save(file, [field(1, 8), string(2, 'bench'), ...message(7, graph), ...opset]);
}

/** A node; attributes come from {@link int}, {@link ints} and {@link float}. */
export function node(type, name, inputs, outputs, attributes = []) {
  const ends = [...inputs.map((input) => string(1, input)), ...outputs.map((output) => string(2, output))];
  return [...ends, string(3, name), string(4, type), ...attributes.flatMap((attribute) => message(5, attribute))];
}

export function int(name, value) {
  return [string(1, name), field(20, 2), field(3, value)];
}

export function ints(name, values) {
  return [string(1, name), field(20, 7), ...values.map((value) => field(8, value))];
}

export function float(name, value) {
  return [string(1, name), field(20, 1), varint(2 * 8 + 5), Buffer.from(Float32Array.of(value).buffer)];
}

function valueInfo({ name, dims }) {
  const shape = dims.flatMap((dim) => message(1, [field(1, dim)]));
  return join([string(1, name), ...message(2, message(1, [field(1, 1), ...message(2, shape)]))]);
}

function tensor({ name, dims, values, external }) {
  if (external !== undefined) {
    const entries = Object.entries(external).flatMap(([key, value]) => message(13, [string(1, key), string(2, String(value))]));
    return [...dims.map((dim) => field(1, dim)), field(2, 1), string(8, name), ...entries, field(14, 1)];
  }
  const raw = Buffer.from(values.buffer);
  return [...dims.map((dim) => field(1, dim)), field(2, 1), string(8, name), varint(9 * 8 + 2), varint(raw.length), raw];
}

/** The two's complement of a negative number takes ten bytes. */
function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) + 128);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}

function field(number, value) {
  return join([varint(number * 8), varint(value)]);
}

function string(number, text) {
  const bytes = Buffer.from(text);
  return join([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function message(number, pieces) {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [varint(number * 8 + 2), varint(length), ...pieces];
}

function join(pieces) {
  return Buffer.concat(pieces);
}

function save(file, pieces) {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = openSync(temporary, 'w');
  let size = 0;
  for (const piece of pieces) {
    for (let done = 0; done < piece.length; ) done += writeSync(handle, piece, done);
    size += piece.length;
  }
  closeSync(handle);
  renameSync(temporary, file);
  return size;
}
