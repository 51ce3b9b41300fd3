import { describe, expect, it } from 'vitest';
import type { Shape } from '../../graph/ir/dimension.ts';
import { type AttributeLiteral, float, makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import type { Net } from '../../net/net.ts';
import { floatsOf } from '../../net/weight.ts';
import { lowerNodes } from '../testing.ts';

type Attributes = Readonly<Record<string, AttributeLiteral>>;

/** Lowers one node; an operand given as a shape is dynamic, one given as a tensor is constant. */
function lowered(operator: string, operands: Readonly<Record<string, Shape | Tensor>>, attributes: Attributes = {}): Net {
  const dynamic: Record<string, Shape> = {};
  const constants: Record<string, Tensor> = {};
  for (const [name, operand] of Object.entries(operands)) {
    if (operand instanceof Tensor) constants[name] = operand;
    else dynamic[name] = operand;
  }
  return lowerNodes(dynamic, [makeNode(operator, Object.keys(operands), ['y'], attributes)], ['y'], constants).net;
}

function ramp(...shape: readonly number[]): Tensor {
  const count = shape.reduce((size, axis) => size * axis, 1);
  return Tensor.float32(
    Array.from({ length: count }, (_, index) => index),
    shape,
  );
}

function typesOf(net: Net): readonly string[] {
  return net.layers.filter((layer) => layer.type !== 'Input').map((layer) => layer.type);
}

function last(net: Net) {
  const layer = net.layers.at(-1);
  if (layer === undefined) throw new Error('the net is empty');
  return layer;
}

function weightsOf(net: Net): readonly (readonly number[])[] {
  return last(net).weights.map((weight) => [...floatsOf(weight)]);
}

describe('Conv', () => {
  it('passes the weight as a view of the file', () => {
    const bytes = new Uint8Array(4 * 8);
    const net = lowered('Conv', { x: [1, 2, 5, 5], w: Tensor.view('float32', [1, 2, 2, 2], bytes) });
    expect(last(net).type).toBe('Convolution');
    expect(last(net).weights[0]?.read()).toBe(bytes);
  });

  it('multiplies one pixel by a matrix unless taps fall into the padding', () => {
    const nodes = [makeNode('Reshape', ['v', 'image'], ['x']), makeNode('Conv', ['x', 'w', 'b'], ['y'])];
    const { net } = lowerNodes({ v: [1, 2] }, nodes, ['y'], { image: Tensor.int64([1, 2, 1, 1]), w: ramp(3, 2, 1, 1), b: ramp(3) });
    expect(typesOf(net)).toEqual(['InnerProduct']);
    expect(last(net)).toMatchObject({ params: { num_output: 3, bias_term: 1, weight_data_size: 6 } });
    expect(weightsOf(net)).toEqual([
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2],
    ]);
    const beside = lowered('Conv', { x: [1, 2, 1, 1], w: ramp(3, 2, 1, 1) }, { pads: [1, 1, 1, 1], strides: [3, 3] });
    expect(typesOf(beside)).toEqual(['Convolution']);
  });

  it('keeps one pixel that has the axes of an image', () => {
    expect(typesOf(lowered('Conv', { x: [1, 2, 1, 1], w: ramp(3, 2, 1, 1) }))).toEqual(['Convolution']);
  });

  it('names each axis by its position', () => {
    const attributes = { strides: [1, 2, 3], dilations: [1, 2, 1], pads: [1, 2, 3, 4, 5, 6] };
    const net = lowered('Conv', { x: [1, 1, 5, 6, 7], w: ramp(1, 1, 1, 2, 3) }, attributes);
    expect(last(net)).toMatchObject({
      type: 'Convolution3D',
      params: {
        ...{ kernel_d: 1, kernel_h: 2, kernel_w: 3, stride_d: 1, stride_h: 2, stride_w: 3, dilation_h: 2 },
        ...{ pad_front: 1, pad_top: 2, pad_left: 3, pad_behind: 4, pad_bottom: 5, pad_right: 6 },
      },
    });
    expect(net.shapes.get('y')).toEqual([1, 10, 6, 5]);
  });

  it('pads SAME by cells for a known size', () => {
    const same = { auto_pad: 'SAME_LOWER', strides: [2, 2] };
    const known = lowered('Conv', { x: [1, 1, 5, 6], w: ramp(1, 1, 3, 3) }, same);
    expect(last(known)).toMatchObject({ params: { pad_top: 1, pad_bottom: 1, pad_left: 1, pad_right: 0 } });
  });

  it('pads SAME by a code for a dynamic size', () => {
    const same = { auto_pad: 'SAME_LOWER', strides: [2, 2] };
    const free = lowered('Conv', { x: [1, 1, 'H', 6], w: ramp(1, 1, 3, 3) }, same);
    expect(last(free)).toMatchObject({ params: { pad_top: -234, pad_bottom: -234, pad_left: -234, pad_right: -234 } });
  });

  it('rejects SAME over a dynamic size if ncnn would crop', () => {
    const attributes = { auto_pad: 'SAME_UPPER', strides: [3, 3] };
    expect(() => lowered('Conv', { x: [1, 1, 'H', 'W'], w: ramp(1, 1, 2, 2) }, attributes)).toThrow('padding depends on the size');
  });

  it('becomes DepthWise with groups, also in 1-D', () => {
    const net = lowered('Conv', { x: [1, 4, 9], w: ramp(2, 2, 3), b: ramp(2) }, { group: 2 });
    expect(last(net)).toMatchObject({ type: 'ConvolutionDepthWise1D', params: { group: 2, num_output: 2, bias_term: 1 } });
  });

  it('reads a dynamic weight as a second bottom', () => {
    const dynamic = lowered('Conv', { x: [1, 2, 5, 5], w: [3, 2, 1, 1] });
    expect(last(dynamic)).toMatchObject({ type: 'Convolution', params: { dynamic_weight: 1 }, weights: [] });
    expect(dynamic.shapes.get('w')).toEqual([3, 2, 1, 1]);
  });

  it('adds a dynamic bias after the layer', () => {
    expect(typesOf(lowered('Conv', { x: [1, 2, 5, 5], w: ramp(3, 2, 1, 1), b: [3] }))).toEqual(['Convolution', 'Reshape', 'BinaryOp']);
  });
});

describe('ConvTranspose', () => {
  it('swaps inputs and outputs of the weight within each group', () => {
    const net = lowered('ConvTranspose', { x: [1, 4, 3], w: ramp(4, 2, 1) }, { group: 2 });
    expect(last(net).type).toBe('DeconvolutionDepthWise1D');
    expect(weightsOf(net)).toEqual([[0, 2, 1, 3, 4, 6, 5, 7]]);
  });

  it('passes on output padding and knows the SAME pads for any size', () => {
    const attributes = { strides: [2, 2], output_padding: [1, 0], auto_pad: 'SAME_UPPER' };
    const net = lowered('ConvTranspose', { x: [1, 1, 'H', 'W'], w: ramp(1, 1, 3, 3) }, attributes);
    expect(last(net)).toMatchObject({
      params: {
        pad_top: 1,
        pad_bottom: 1,
        pad_left: 0,
        pad_right: 1,
        output_pad_bottom: 1,
        output_pad_right: 0,
      },
    });
  });

  it('rejects output_shape over a dynamic size', () => {
    const attributes = { output_shape: [8] };
    expect(() => lowered('ConvTranspose', { x: [1, 1, 'W'], w: ramp(1, 1, 3) }, attributes)).toThrow('padding depends on the size');
  });
});

describe('a dynamic weight in 3-D', () => {
  it('moves the taps over the depth into channels of 2-D layers', () => {
    const net = lowered('Conv', { x: [1, 2, 4, 5, 5], w: [3, 2, 2, 3, 3] });
    expect(net.shapes.get('y')).toEqual([3, 3, 3, 3]);
    expect([...net.shapes.values()]).toContainEqual([3, 4, 3, 3]);
    expect(typesOf(net).filter((type) => type === 'Convolution')).toHaveLength(3);
  });

  it('adds up the taps of a transposed convolution with Fold', () => {
    const net = lowered('ConvTranspose', { x: [1, 2, 4, 5, 5], w: [2, 3, 2, 3, 3] }, { strides: [2, 1, 1], pads: [1, 0, 0, 0, 0, 0] });
    const [fold] = net.layers.filter(({ type }) => type === 'Fold');
    expect(fold).toMatchObject({ params: { kernel_h: 2, stride_h: 2, pad_top: 1, pad_bottom: 0, output_h: 7, output_w: 49 } });
  });
});

describe('DeformConv', () => {
  it('sums the groups of offsets and concatenates those of channels', () => {
    const operands = { x: [1, 4, 3, 3], w: ramp(2, 2, 1, 1), o: [1, 8, 3, 3] };
    const net = lowered('DeformConv', operands, { group: 2, offset_group: 4 });
    expect(typesOf(net).filter((type) => type === 'DeformableConv2D')).toHaveLength(4);
    expect(typesOf(net).slice(-1)).toEqual(['Concat']);
    expect(typesOf(net).filter((type) => type === 'BinaryOp')).toHaveLength(2);
  });
});

describe('MatMul', () => {
  it('becomes InnerProduct on a vector by a constant, with the weight transposed when read', () => {
    const net = lowered('MatMul', { x: [1, 3], w: ramp(3, 2) });
    expect(last(net)).toMatchObject({ type: 'InnerProduct', params: { num_output: 2, weight_data_size: 6 } });
    expect(net.shapes.get('y')).toEqual([2]);
    expect(weightsOf(net)).toEqual([[0, 2, 4, 1, 3, 5]]);
  });

  it('merges the axes before the last one into rows', () => {
    const net = lowered('MatMul', { x: [2, 4, 'T', 3], w: ramp(3, 2) });
    expect(net.shapes.get('y')).toEqual([2, 4, 'T', 2]);
    expect(typesOf(net)).toEqual(['Reshape', 'InnerProduct', 'Reshape']);
  });

  it('becomes Gemm by a constant on the left', () => {
    const net = lowered('MatMul', { w: ramp(2, 3), x: [3, 4] });
    expect(last(net)).toMatchObject({ type: 'Gemm', params: { constantA: 1, constantM: 2, constantK: 3, constant_broadcast_type_C: -1 } });
  });

  it('merges batch axes with the same broadcast', () => {
    const net = lowered('MatMul', { a: [2, 3, 4, 5, 6], b: [4, 6, 7] });
    expect(last(net).type).toBe('MatMul');
    expect(net.shapes.get('y')).toEqual([6, 4, 5, 7]);
  });

  it('rejects three kinds of batch axes', () => {
    expect(() => lowered('MatMul', { a: [2, 1, 4, 5, 6], b: [1, 3, 4, 6, 7] })).toThrow('two batch axes');
  });

  it('keeps two batch axes with which both operands are stored', () => {
    const net = lowered('MatMul', { a: [1, 2, 3, 4, 5], b: [2, 3, 5, 6] });
    expect(typesOf(net)).toEqual(['MatMul']);
    expect(net.shapes.get('y')).toEqual([2, 3, 4, 6]);
  });

  it('multiplies by the factor of a FusedMatMul', () => {
    const attributes = { transA: 1, alpha: float(0.5) };
    expect(typesOf(lowered('com.microsoft:FusedMatMul', { a: [5, 6, 7], b: [5, 6, 8] }, attributes))).toEqual([
      'Permute',
      'MatMul',
      'BinaryOp',
    ]);
  });
});

describe('Gemm', () => {
  it('becomes InnerProduct with a bias over all rows', () => {
    const weight = ramp(20, 10);
    const net = lowered('Gemm', { x: [8, 10], w: weight, c: Tensor.float32([3], [1]) }, { transB: 1, beta: float(2) });
    expect(last(net)).toMatchObject({ type: 'InnerProduct', params: { num_output: 20, bias_term: 1 } });
    expect(net.shapes.get('y')).toEqual([8, 20]);
    expect(last(net).weights[0]?.read()).toEqual(weight.bytes());
    expect(weightsOf(net)[1]).toEqual(Array.from({ length: 20 }, () => 6));
  });

  it('becomes Gemm if C differs between rows, with the factors as ncnn applies them', () => {
    const constant = lowered('Gemm', { x: [2, 3], w: ramp(3, 4), c: ramp(2, 1) }, { alpha: float(0.5), beta: float(3) });
    expect(last(constant)).toMatchObject({
      type: 'Gemm',
      params: { alpha: 1, beta: 3, constantB: 1, constantC: 1, constant_broadcast_type_C: 2 },
    });
    const dynamic = lowered('Gemm', { x: [2, 3], w: [3, 4], c: [4] }, { alpha: float(0.5), beta: float(3) });
    expect(last(dynamic)).toMatchObject({ type: 'Gemm', params: { alpha: 0.5, beta: 6 } });
    expect(last(dynamic).bottoms).toHaveLength(3);
  });
});

describe('Einsum', () => {
  it('becomes one MatMul if the axes are in its order', () => {
    const net = lowered('Einsum', { q: [1, 8, 5, 6], k: [1, 8, 7, 6] }, { equation: 'bhqd,bhkd->bhqk' });
    expect(typesOf(net)).toEqual(['MatMul']);
    expect(last(net)).toMatchObject({ params: { transB: 1 } });
  });

  it('becomes InnerProduct by a constant', () => {
    const net = lowered('Einsum', { x: [1, 5, 3], w: ramp(3, 2) }, { equation: 'bsd,de->bse' });
    expect(typesOf(net)).toEqual(['InnerProduct']);
  });

  it('keeps a diagonal for ncnn, with letters that it accepts', () => {
    const net = lowered('Einsum', { x: [3, 3, 2] }, { equation: 'aab->ba' });
    const [layer] = net.layers.filter(({ type }) => type === 'Einsum');
    const codes = layer?.type === 'Einsum' ? (layer.params.equation_mat ?? []) : [];
    expect(String.fromCharCode(...codes)).toBe('jji->ij');
  });
});
