/** Writes ResNets with random weights as ONNX, the same bytes each time: 102 MB for a ResNet-50, without a download. */
import { int, ints, node, writeModel } from './onnx.mjs';

/** Writes a ResNet-50, or one with fewer than 64 channels in its first block; returns its size in bytes. */
export function writeResnet50(file, channels = 64) {
  const { nodes, initializers } = describe(channels);
  const inputs = [{ name: 'x', dims: [1, 3, 224, 224] }];
  const outputs = [{ name: 'y', dims: [1, 1000] }];
  const filled = initializers.map(({ name, dims }, index) => ({ name, dims, values: randomValues(name, dims, index) }));
  return writeModel(file, { name: 'resnet50', inputs, outputs, nodes, initializers: filled });
}

/** The architecture: bottleneck blocks of 3, 4, 6 and 3, each with three convolutions; batch normalization after each of them. */
function describe(base) {
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
    nodes.push(node('BatchNormalization', `${name}/bn`, [`${name}_conv`, ...statistics], [`${name}_bn`]));
    if (!activate) return `${name}_bn`;
    nodes.push(node('Relu', `${name}/relu`, [`${name}_bn`], [`${name}_out`]));
    return `${name}_out`;
  };

  let blob = convolution('stem', 'x', 3, base, 7, 2, true);
  const window = [ints('kernel_shape', [3, 3]), ints('strides', [2, 2]), ints('pads', [1, 1, 1, 1])];
  nodes.push(node('MaxPool', 'pool', [blob], ['pooled'], window));
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
      nodes.push(node('Add', `${name}/add`, [third, shortcut], [`${name}_sum`]));
      nodes.push(node('Relu', `${name}/relu`, [`${name}_sum`], [`${name}_out`]));
      blob = `${name}_out`;
      channels = width * 4;
    }
  });
  nodes.push(node('GlobalAveragePool', 'mean', [blob], ['averaged']));
  nodes.push(node('Flatten', 'flatten', ['averaged'], ['features']));
  const last = [weight('fc.weight', [1000, channels]), weight('fc.bias', [1000])];
  nodes.push(node('Gemm', 'fc', ['features', ...last], ['y'], [int('transB', 1)]));
  return { nodes, initializers };
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
