/** Writes a ResNet-50 of random weights as ONNX, the same bytes each time: 102 MB that nobody has to download. */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';

/** Writes the model; gives its size in bytes. */
export function writeResnet50(file) {
  const { nodes, initializers } = describe();
  const input = tensorType('x', [1, 3, 224, 224]);
  const output = tensorType('y', [1, 1000]);
  const parts = [
    ...nodes.flatMap((node) => message(1, node)),
    string(2, 'resnet50'),
    ...initializers.flatMap(({ name, dims }, index) => message(5, tensor(name, dims, index))),
    ...message(11, [input]),
    ...message(12, [output]),
  ];
  const opset = message(8, [string(1, ''), field(2, 17)]);
  return save(file, [field(1, 8), string(2, 'bench'), ...message(7, parts), ...opset]);
}

/** The architecture: bottleneck blocks of 3, 4, 6 and 3, each with three convolutions; batch normalization behind every one. */
function describe() {
  const nodes = [];
  const initializers = [];
  const weight = (name, dims) => {
    initializers.push({ name, dims });
    return name;
  };
  const convolution = (name, input, from, to, kernel, stride, activate) => {
    const pad = (kernel - 1) / 2;
    const attributes = [ints('kernel_shape', [kernel, kernel]), ints('strides', [stride, stride]), ints('pads', [pad, pad, pad, pad])];
    nodes.push(node('Conv', `${name}/conv`, [input, weight(`${name}.weight`, [to, from, kernel, kernel])], [`${name}_conv`], attributes));
    const statistics = ['scale', 'bias', 'mean', 'var'].map((part) => weight(`${name}.${part}`, [to]));
    nodes.push(node('BatchNormalization', `${name}/bn`, [`${name}_conv`, ...statistics], [`${name}_bn`], []));
    if (!activate) return `${name}_bn`;
    nodes.push(node('Relu', `${name}/relu`, [`${name}_bn`], [`${name}_out`], []));
    return `${name}_out`;
  };

  let blob = convolution('stem', 'x', 3, 64, 7, 2, true);
  const window = [ints('kernel_shape', [3, 3]), ints('strides', [2, 2]), ints('pads', [1, 1, 1, 1])];
  nodes.push(node('MaxPool', 'pool', [blob], ['pooled'], window));
  blob = 'pooled';
  let channels = 64;
  [3, 4, 6, 3].forEach((blocks, stage) => {
    const width = 64 << stage;
    for (let block = 0; block < blocks; block++) {
      const name = `layer${stage + 1}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const first = convolution(`${name}.a`, blob, channels, width, 1, 1, true);
      const second = convolution(`${name}.b`, first, width, width, 3, stride, true);
      const third = convolution(`${name}.c`, second, width, width * 4, 1, 1, false);
      const shortcut = block === 0 ? convolution(`${name}.down`, blob, channels, width * 4, 1, stride, false) : blob;
      nodes.push(node('Add', `${name}/add`, [third, shortcut], [`${name}_sum`], []));
      nodes.push(node('Relu', `${name}/relu`, [`${name}_sum`], [`${name}_out`], []));
      blob = `${name}_out`;
      channels = width * 4;
    }
  });
  nodes.push(node('GlobalAveragePool', 'mean', [blob], ['averaged'], []));
  nodes.push(node('Flatten', 'flatten', ['averaged'], ['features'], []));
  const last = [weight('fc.weight', [1000, 2048]), weight('fc.bias', [1000])];
  nodes.push(node('Gemm', 'fc', ['features', ...last], ['y'], [[string(1, 'transB'), field(20, 2), field(3, 1)]]));
  return { nodes, initializers };
}

function node(type, name, inputs, outputs, attributes) {
  const ends = [...inputs.map((input) => string(1, input)), ...outputs.map((output) => string(2, output))];
  return [...ends, string(3, name), string(4, type), ...attributes.flatMap((attribute) => message(5, attribute))];
}

function ints(name, values) {
  return [string(1, name), field(20, 7), ...values.map((value) => field(8, value))];
}

function tensorType(name, dims) {
  const shape = dims.flatMap((dim) => message(1, [field(1, dim)]));
  return Buffer.concat([string(1, name), ...message(2, message(1, [field(1, 1), ...message(2, shape)]))]);
}

/** Values of about the size a trained net has, and variances above zero. */
function tensor(name, dims, seed) {
  const values = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  const scale = dims.length > 1 ? Math.sqrt(6 / (values.length / dims[0])) : 0.2;
  const positive = name.endsWith('.var') || name.endsWith('.scale');
  let state = (seed * 2654435761 + 1) >>> 0;
  for (let index = 0; index < values.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const unit = state / 2 ** 31 - 1;
    values[index] = positive ? 1 + unit * scale : unit * scale;
  }
  const raw = Buffer.from(values.buffer);
  return [...dims.map((dim) => field(1, dim)), field(2, 1), string(8, name), varint(9 * 8 + 2), varint(raw.length), raw];
}

function varint(value) {
  const bytes = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

function field(number, value) {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

function string(number, text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** A message as pieces, so that weights are not copied. */
function message(number, pieces) {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [varint(number * 8 + 2), varint(length), ...pieces];
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
