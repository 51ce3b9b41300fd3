import { type Dimension, derive } from '../../../graph/ir/dimension.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

const linearArguments = ['data', 'weight', 'bias'] as const;

/** Convolutions and fully connected layers. The weights have the same layout as in ONNX. */
export const linearOperatorRules: OperatorRules = {
  Convolution: { convert: convolution, arguments: linearArguments },
  Convolution_v1: { convert: convolution, arguments: linearArguments },
  Deconvolution: { convert: deconvolution, arguments: linearArguments },
  FullyConnected: { convert: fullyConnected, arguments: linearArguments },
};

interface Window {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilate: readonly number[];
  readonly pad: readonly number[];
}

/** Kernel attributes for the axes after batch and channels. */
export function windowOf(node: SymbolOperator): Window {
  const { attributes } = node;
  const rank = node.shapeOf(node.input(0)).length - 2;
  const kernel = attributes.integers('kernel', []);
  if (kernel.length !== rank) {
    throw new OperatorError('invalid', `the kernel has ${kernel.length} axes, but the operand has ${rank} spatial ones`);
  }
  const layout = attributes.text('layout');
  if (layout !== undefined && !/^NC(W|HW|DHW)$/.test(layout)) {
    throw new OperatorError('unsupported', `the layout is ${layout}`, 'Export the model with channels first (NCHW).');
  }
  const values = (name: string, fallback: number): readonly number[] => {
    const listed = attributes.integers(name, []);
    return listed.length === 0 ? kernel.map(() => fallback) : listed;
  };
  return { kernel, stride: values('stride', 1), dilate: values('dilate', 1), pad: values('pad', 0) };
}

function channelsOf(node: SymbolOperator): Dimension {
  return node.shapeOf(node.input(0))[1] ?? 1;
}

function convolution(node: SymbolOperator): string {
  const { attributes } = node;
  const { kernel, stride, dilate, pad } = windowOf(node);
  const filters = attributes.integer('num_filter', 0);
  const group = attributes.integer('num_group', 1);
  const perGroup = derive(
    channelsOf(node),
    (size) => size / group,
    (symbol) => `${symbol}/${group}`,
  );
  const operands = [node.input(0), node.weight(1, [filters, perGroup, ...kernel])];
  if (!attributes.boolean('no_bias', false)) operands.push(node.weight(2, [filters]));
  return node.emit('Conv', operands, { kernel_shape: kernel, strides: stride, dilations: dilate, pads: [...pad, ...pad], group });
}

function deconvolution(node: SymbolOperator): string {
  const { attributes } = node;
  const window = windowOf(node);
  const { kernel, stride, dilate } = window;
  const filters = attributes.integer('num_filter', 0);
  const group = attributes.integer('num_group', 1);
  const { pad, adj } = deconvolutionPads(node, window);
  const operands = [node.input(0), node.weight(1, [channelsOf(node), filters / group, ...kernel])];
  if (!attributes.boolean('no_bias', true)) operands.push(node.weight(2, [filters]));
  const pads = [...pad, ...pad];
  return node.emit('ConvTranspose', operands, {
    kernel_shape: kernel,
    strides: stride,
    dilations: dilate,
    pads,
    output_padding: adj,
    group,
  });
}

/** With `target_shape` the padding is the difference to the full result, half of it on each side. */
function deconvolutionPads(
  node: SymbolOperator,
  { kernel, stride, dilate, pad }: Window,
): { pad: readonly number[]; adj: readonly number[] } {
  const target = node.attributes.integers('target_shape', []);
  if (target.every((size) => size === 0)) {
    const adj = node.attributes.integers('adj', []);
    return { pad, adj: adj.length === 0 ? kernel.map(() => 0) : adj };
  }
  const sizes = node.sizesOf(node.input(0)).slice(2);
  const excess = sizes.map((size, axis) => {
    const full = (stride[axis] ?? 1) * (size - 1) + ((kernel[axis] ?? 1) - 1) * (dilate[axis] ?? 1) + 1;
    const beyond = full - (target[axis] ?? 0);
    if (beyond < 0) throw new OperatorError('invalid', `the target shape (${target.join(',')}) is larger than the result`);
    return beyond;
  });
  return { pad: excess.map((cells) => Math.ceil(cells / 2)), adj: excess.map((cells) => cells % 2) };
}

function fullyConnected(node: SymbolOperator): string {
  const { attributes } = node;
  const hidden = attributes.integer('num_hidden', 0);
  const bias = !attributes.boolean('no_bias', false);
  const data = node.input(0);
  const rank = node.shapeOf(data).length;
  if (!attributes.boolean('flatten', true) && rank !== 2) {
    const weight = node.weight(1, [hidden, node.shapeOf(data).at(-1) ?? 1]);
    const product = node.emit('MatMul', [data, node.transpose(weight, [1, 0])]);
    return bias ? node.emit('Add', [product, node.weight(2, [hidden])]) : product;
  }
  const rows = rank === 2 ? data : node.emit('Flatten', [data], { axis: 1 });
  const weight = node.weight(1, [hidden, node.shapeOf(rows)[1] ?? 1]);
  return node.emit('Gemm', [rows, weight, ...(bias ? [node.weight(2, [hidden])] : [])], { transB: 1 });
}
