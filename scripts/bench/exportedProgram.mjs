/** Writes programs of torch.export as torch 2.15 saves them: a zip archive with the program as JSON and one entry per weight. */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const float32 = 7;
const strided = 7;

/**
 * Writes a program with one input, float32 tensors and the sizes of its input fixed. Nodes are `{ target, args, output, module }`, with an
 * argument as the schema of torch.export writes it: `{ as_tensor: { name } }`.
 */
export function writeProgram(file, { input, output, nodes, weights }) {
  const metas = Object.fromEntries([input, ...weights].map(({ name, dims }) => [name, tensorMeta(dims)]));
  const inputSpecs = weights.map(({ name }) => ({ parameter: { arg: { name }, parameter_name: name } }));
  const program = {
    graph_module: {
      graph: {
        inputs: [...weights, input].map(({ name }) => ({ as_tensor: { name } })),
        outputs: [{ as_tensor: { name: output } }],
        nodes: nodes.map(nodeOf),
        tensor_values: metas,
      },
      signature: {
        input_specs: [...inputSpecs, { user_input: { arg: { as_tensor: { name: input.name } } } }],
        output_specs: [{ user_output: { arg: { as_tensor: { name: output } } } }],
      },
      module_call_graph: [],
    },
    opset_version: { aten: 10 },
    range_constraints: {},
    schema_version: { major: 8, minor: 20 },
    verifiers: ['TRAINING'],
    torch_version: '2.15.0',
  };
  const config = weights.map(({ name }, index) => [
    name,
    { path_name: `weight_${index}`, is_param: true, use_pickle: false, tensor_meta: metas[name] },
  ]);
  const json = (value) => Buffer.from(JSON.stringify(value));
  saveZip(file, [
    ...weights.map(({ values }, index) => [`net/data/weights/weight_${index}`, Buffer.from(values.buffer)]),
    ['net/data/weights/model_weights_config.json', json({ config: Object.fromEntries(config) })],
    ['net/models/model.json', json(program)],
    ['net/archive_format', Buffer.from('pt2')],
  ]);
}

function nodeOf({ target, args, output, module }) {
  // Files of torch have traces of this length.
  const frames = Array.from(
    { length: 5 },
    (_, depth) => `File "/usr/lib/python3/net.py", line ${depth}, in forward\n    return self.run(x)`,
  );
  return {
    target,
    inputs: Object.entries(args).map(([name, arg]) => ({ name, arg, kind: 1 })),
    outputs: [{ as_tensor: { name: output } }],
    metadata: { stack_trace: frames.join('\n  '), nn_module_stack: `L__self__,,net.Net;L__self__${module},${module},torch.nn.Module` },
    name: output,
  };
}

function tensorMeta(dims) {
  const integers = (values) => values.map((value) => ({ as_int: value }));
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((product, dim) => product * dim, 1));
  return {
    dtype: float32,
    sizes: integers(dims),
    requires_grad: true,
    device: { type: 'cpu', index: null },
    strides: integers(strides),
    storage_offset: { as_int: 0 },
    layout: strided,
  };
}

/** Writes an archive of stored entries, each of them aligned to 64 bytes. */
function saveZip(file, entries) {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = openSync(temporary, 'w');
  let size = 0;
  const write = (piece) => {
    for (let done = 0; done < piece.length; ) done += writeSync(handle, piece, done);
    size += piece.length;
  };
  const directory = [];
  for (const [name, contents] of entries) {
    const title = Buffer.from(name);
    const start = size;
    const padding = 63 - ((start + 30 + title.length + 4 + 63) % 64);
    const common = [crc32(contents), contents.length, contents.length, title.length];
    write(fields('IHHHHHIIIHH', [0x04034b50, 20, 2048, 0, 0, 0, ...common, 4 + padding]));
    write(title);
    write(Buffer.concat([fields('HH', [0x4246, padding]), Buffer.alloc(padding, 'Z')]));
    write(contents);
    directory.push(fields('IHHHHHHIIIHHHHHII', [0x02014b50, 20, 20, 2048, 0, 0, 0, ...common, 0, 0, 0, 0, 0, start]), title);
  }
  const start = size;
  for (const piece of directory) write(piece);
  write(fields('IHHHHIIH', [0x06054b50, 0, 0, entries.length, entries.length, size - start, start, 0]));
  closeSync(handle);
  renameSync(temporary, file);
}

/** Little-endian numbers of 2 (`H`) and 4 (`I`) bytes. */
function fields(widths, values) {
  const bytes = Buffer.alloc([...widths].reduce((sum, width) => sum + (width === 'I' ? 4 : 2), 0));
  let at = 0;
  for (const [place, width] of [...widths].entries())
    at = width === 'I' ? bytes.writeUInt32LE(values[place], at) : bytes.writeUInt16LE(values[place], at);
  return bytes;
}
