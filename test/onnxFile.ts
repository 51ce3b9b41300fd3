import protobuf from 'protobufjs/minimal.js';

/** A node of a small test model; attributes are integers or lists of them. */
export interface TestNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A small ONNX model; tensors are float32, a dimension is a number or a symbol. */
export interface TestModel {
  readonly nodes: readonly TestNode[];
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly weights?: Readonly<Record<string, { readonly dims: readonly number[]; readonly values: readonly number[] }>>;
  readonly opset?: number;
}

type Writer = protobuf.Writer;

/** The bytes of an `.onnx` file, with the field numbers of onnx.proto. */
export function onnxFile(model: TestModel): Uint8Array {
  const graph = protobuf.Writer.create();
  for (const node of model.nodes) put(graph, 1, writeNode(node));
  graph.uint32(tag(2, 2)).string('test');
  for (const [name, { dims, values }] of Object.entries(model.weights ?? {})) {
    const tensor = protobuf.Writer.create();
    for (const dim of dims) tensor.uint32(tag(1, 0)).int64(dim);
    tensor.uint32(tag(2, 0)).int32(1).uint32(tag(8, 2)).string(name);
    tensor.uint32(tag(9, 2)).bytes(new Uint8Array(Float32Array.from(values).buffer));
    put(graph, 5, tensor);
  }
  for (const [name, shape] of Object.entries(model.inputs)) put(graph, 11, writeValue(name, shape));
  for (const [name, shape] of Object.entries(model.outputs)) put(graph, 12, writeValue(name, shape));

  const file = protobuf.Writer.create();
  file.uint32(tag(1, 0)).int64(8);
  put(file, 7, graph);
  put(
    file,
    8,
    protobuf.Writer.create()
      .uint32(tag(1, 2))
      .string('')
      .uint32(tag(2, 0))
      .int64(model.opset ?? 17),
  );
  return file.finish();
}

function writeNode({ type, inputs, outputs, name, attributes = {} }: TestNode): Writer {
  const writer = protobuf.Writer.create();
  for (const input of inputs) writer.uint32(tag(1, 2)).string(input);
  for (const output of outputs) writer.uint32(tag(2, 2)).string(output);
  if (name !== undefined) writer.uint32(tag(3, 2)).string(name);
  writer.uint32(tag(4, 2)).string(type);
  for (const [key, value] of Object.entries(attributes)) {
    const attribute = protobuf.Writer.create().uint32(tag(1, 2)).string(key);
    if (typeof value === 'number') attribute.uint32(tag(3, 0)).int64(value).uint32(tag(20, 0)).int32(2);
    else {
      for (const entry of value) attribute.uint32(tag(8, 0)).int64(entry);
      attribute.uint32(tag(20, 0)).int32(7);
    }
    put(writer, 5, attribute);
  }
  return writer;
}

function writeValue(name: string, dims: readonly (number | string)[]): Writer {
  const shape = protobuf.Writer.create();
  for (const dim of dims) {
    const entry = protobuf.Writer.create();
    put(shape, 1, typeof dim === 'number' ? entry.uint32(tag(1, 0)).int64(dim) : entry.uint32(tag(2, 2)).string(dim));
  }
  const tensor = put(protobuf.Writer.create().uint32(tag(1, 0)).int32(1), 2, shape);
  const type = put(protobuf.Writer.create(), 1, tensor);
  return put(protobuf.Writer.create().uint32(tag(1, 2)).string(name), 2, type);
}

function put(writer: Writer, field: number, message: Writer): Writer {
  return writer.uint32(tag(field, 2)).bytes(message.finish());
}

function tag(field: number, wireType: number): number {
  return field * 8 + wireType;
}
