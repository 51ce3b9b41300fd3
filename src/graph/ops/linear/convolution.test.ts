import { expect, it } from 'vitest';
import { type AttributeLiteral, makeNode } from '../../ir/graph.ts';
import { OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { convolutionOperators } from './convolution.ts';
import { quantizedLinearOperators } from './quantized.ts';
import { transposedConvolutionOperators } from './transposed.ts';

const families = { ...convolutionOperators, ...transposedConvolutionOperators, ...quantizedLinearOperators };

function evaluate(operator: string, inputs: readonly Tensor[], attributes: Readonly<Record<string, AttributeLiteral>> = {}) {
  const names = inputs.map((_, index) => `in${index}`);
  const operands = inputs.map((constant, index) => ({ name: `in${index}`, dtype: constant.dtype, shape: constant.shape, constant }));
  const node = new OperatorNode(makeNode(operator, names, ['y'], attributes), operands);
  return families[operator]?.evaluate?.(node, inputs)[0];
}

const ramp = (count: number, shape: readonly number[]): Tensor =>
  Tensor.float32(
    Array.from({ length: count }, (_, index) => index),
    shape,
  );

it('computes grouped and dilated convolutions', () => {
  const x = ramp(10, [1, 2, 5]);
  const weight = Tensor.float32([1, 10, 2, 20], [2, 1, 2]);
  const y = evaluate('Conv', [x, weight, Tensor.float32([100, 200])], { group: 2, dilations: [3] });
  expect(y?.shape).toEqual([1, 2, 2]);
  expect([...(y?.toFloat32() ?? [])]).toEqual([100 + 0 + 30, 100 + 1 + 40, 200 + 10 + 160, 200 + 12 + 180]);
});

it('adds the other operand before the activation of a FusedConv', () => {
  const inputs = [ramp(3, [1, 1, 3]), Tensor.float32([1], [1, 1, 1]), Tensor.float32([0], [1]), Tensor.float32([-1, -1, -1], [1, 1, 3])];
  const y = evaluate('com.microsoft:FusedConv', inputs, { activation: 'Relu' });
  expect([...(y?.toFloat32() ?? [])]).toEqual([0, 0, 1]);
});

it('adds up the kernel of a transposed convolution and crops the pads', () => {
  const x = Tensor.float32([1, 2], [1, 1, 2]);
  const weight = Tensor.float32([1, 10, 100], [1, 1, 3]);
  expect(evaluate('ConvTranspose', [x, weight], { strides: [2] })?.toIntegers()).toEqual([1, 10, 102, 20, 200]);
  expect(evaluate('ConvTranspose', [x, weight], { strides: [2], pads: [1, 1], output_padding: [1] })?.toIntegers()).toEqual([
    10, 102, 20, 200,
  ]);
});

it('treats extra cells of output_shape as output padding', () => {
  const y = evaluate('ConvTranspose', [Tensor.float32([1, 2], [1, 1, 2]), Tensor.float32([1, 1], [1, 1, 2])], {
    strides: [3],
    output_shape: [6],
  });
  expect(y?.toIntegers()).toEqual([1, 1, 0, 2, 2, 0]);
});

it('crops the extra cell of output_shape in front, or behind for SAME_UPPER', () => {
  const inputs = [Tensor.float32([1, 2], [1, 1, 2]), Tensor.float32([1, 10], [1, 1, 2])];
  expect(evaluate('ConvTranspose', inputs, { strides: [2], output_shape: [3] })?.toIntegers()).toEqual([10, 2, 20]);
  expect(evaluate('ConvTranspose', inputs, { strides: [2], output_shape: [3], auto_pad: 'SAME_UPPER' })?.toIntegers()).toEqual([1, 10, 2]);
});

it('pads an integer convolution with the zero point', () => {
  const x = Tensor.of('uint8', [1, 1, 2], Uint8Array.of(3, 5));
  const weight = Tensor.of('uint8', [1, 1, 2], Uint8Array.of(1, 2));
  const y = evaluate('ConvInteger', [x, weight, Tensor.of('uint8', [], Uint8Array.of(2))], { pads: [1, 0] });
  expect(y?.dtype).toBe('int32');
  expect(y?.toIntegers()).toEqual([2, 7]);
});

it('rejects a bias without a value for each output channel', () => {
  const [x, weight, bias] = [
    Tensor.float32([1, 2, 3, 4], [1, 2, 2, 1]),
    Tensor.float32([1, 2, 3, 4], [2, 2, 1, 1]),
    Tensor.float32([1], []),
  ];
  expect(() => evaluate('Conv', [x, weight, bias])).toThrow('the bias has the shape [], expected [2]');
});
