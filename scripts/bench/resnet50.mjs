/** Writes ResNets with random weights, the same bytes each time: 102 MB for a ResNet-50, without a download. */
import { writeProgram } from './exportedProgram.mjs';
import { int, ints, node, writeModel } from './onnx.mjs';

const input = { name: 'x', dims: [1, 3, 224, 224] };

/** Writes a ResNet-50 as ONNX, or one with fewer than 64 channels in its first block; returns its size in bytes. */
export function writeResnet50(file, channels = 64) {
  const { layers, weights } = describe(channels);
  const nodes = layers.map(({ type, name, inputs, output, options = {} }) => {
    const attributes = Object.entries(options).map(([key, value]) => (Array.isArray(value) ? ints(key, value) : int(key, value)));
    return node(type, name, inputs, [output], attributes);
  });
  const outputs = [{ name: 'y', dims: [1, 1000] }];
  return writeModel(file, { name: 'resnet50', inputs: [input], outputs, nodes, initializers: filled(weights) });
}

/** Writes the same ResNet-50 as a program of torch.export. */
export function writeExportedResnet50(file) {
  const { layers, weights } = describe(64);
  writeProgram(file, { input, output: 'y', nodes: layers.map(programNode), weights: filled(weights) });
}

/** The operator of torch.export for a layer: its target and arguments by name. */
function programNode({ type, name, inputs, output, options: { kernel_shape: kernel, strides: stride, pads } = {} }) {
  const tensors = (...names) => Object.fromEntries(names.map((argument, place) => [argument, { as_tensor: { name: inputs[place] } }]));
  const window = { stride: { as_ints: stride }, padding: { as_ints: pads?.slice(0, 2) } };
  const settings = {
    training: { as_bool: false },
    momentum: { as_float: 0.1 },
    eps: { as_float: 1e-5 },
    cudnn_enabled: { as_bool: false },
  };
  const [target, args] = {
    Conv: ['conv2d.default', { ...tensors('input', 'weight'), bias: { as_none: true }, ...window }],
    BatchNormalization: ['batch_norm.default', { ...tensors('input', 'weight', 'bias', 'running_mean', 'running_var'), ...settings }],
    Relu: ['relu.default', tensors('self')],
    MaxPool: ['max_pool2d.default', { ...tensors('self'), kernel_size: { as_ints: kernel }, ...window }],
    Add: ['add.Tensor', tensors('self', 'other')],
    GlobalAveragePool: ['adaptive_avg_pool2d.default', { ...tensors('self'), output_size: { as_ints: [1, 1] } }],
    Flatten: ['flatten.using_ints', { ...tensors('self'), start_dim: { as_int: 1 } }],
    Gemm: ['linear.default', tensors('input', 'weight', 'bias')],
  }[type];
  return { target: `torch.ops.aten.${target}`, args, output, module: name };
}

/** The architecture: bottleneck blocks of 3, 4, 6 and 3, each with three convolutions; batch normalization after each of them. */
function describe(base) {
  const layers = [];
  const weights = [];
  const layer = (type, name, inputs, output, options) => layers.push({ type, name, inputs, output, options });
  const weight = (name, dims) => {
    weights.push({ name, dims });
    return name;
  };
  const convolution = (name, blob, from, to, kernel, stride, activate) => {
    const pad = (kernel - 1) / 2;
    const options = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] };
    layer('Conv', `${name}/conv`, [blob, weight(`${name}.weight`, [to, from, kernel, kernel])], `${name}_conv`, options);
    const statistics = ['scale', 'bias', 'mean', 'var'].map((part) => weight(`${name}.${part}`, [to]));
    layer('BatchNormalization', `${name}/bn`, [`${name}_conv`, ...statistics], `${name}_bn`);
    if (!activate) return `${name}_bn`;
    layer('Relu', `${name}/relu`, [`${name}_bn`], `${name}_out`);
    return `${name}_out`;
  };

  let blob = convolution('stem', input.name, 3, base, 7, 2, true);
  layer('MaxPool', 'pool', [blob], 'pooled', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  blob = 'pooled';
  let channels = base;
  [3, 4, 6, 3].forEach((blocks, stage) => {
    const width = base << stage;
    for (let block = 0; block < blocks; block++) {
      const name = `layer${stage + 1}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const first = convolution(`${name}.a`, blob, channels, width, 1, 1, true);
      const second = convolution(`${name}.b`, first, width, width, 3, stride, true);
      const third = convolution(`${name}.c`, second, width, width * 4, 1, 1, false);
      const shortcut = block === 0 ? convolution(`${name}.down`, blob, channels, width * 4, 1, stride, false) : blob;
      layer('Add', `${name}/add`, [third, shortcut], `${name}_sum`);
      layer('Relu', `${name}/relu`, [`${name}_sum`], `${name}_out`);
      blob = `${name}_out`;
      channels = width * 4;
    }
  });
  layer('GlobalAveragePool', 'mean', [blob], 'averaged');
  layer('Flatten', 'flatten', ['averaged'], 'features');
  const last = [weight('fc.weight', [1000, channels]), weight('fc.bias', [1000])];
  layer('Gemm', 'fc', ['features', ...last], 'y', { transB: 1 });
  return { layers, weights };
}

function filled(weights) {
  return weights.map(({ name, dims }, index) => ({ name, dims, values: randomValues(name, dims, index) }));
}

/** Values of a typical size for a trained net, and positive variances. */
function randomValues(name, dims, seed) {
  const values = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  const scale = dims.length > 1 ? Math.sqrt(6 / (values.length / dims[0])) : 0.2;
  const positive = name.endsWith('.var') || name.endsWith('.scale');
  let state = (seed * 2654435761 + 1) >>> 0;
  for (let index = 0; index < values.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const unit = state / 2 ** 31 - 1;
    values[index] = positive ? 1 + unit * scale : unit * scale;
  }
  return values;
}
