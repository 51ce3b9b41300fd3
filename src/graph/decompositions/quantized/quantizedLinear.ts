import type { GraphBuilder } from '../../ir/builder.ts';
import { type Dimension, isStatic, type Shape } from '../../ir/dimension.ts';
import { type Operand, OperatorError, type OperatorNode } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';
import { convolutionPlan } from '../../ops/linear/convolution.ts';
import { maxMagnitude, maxRowSum } from '../magnitude.ts';

/**
 * Matrix products and convolutions of small integers, computed with floats. This is exact in any order of summation if no sum can reach
 * 2^24, which is checked from the types, the zero points and the weights.
 */
export const quantizedLinear: Decomposition = {
  name: 'quantized-linear',
  operators: [
    'MatMulInteger',
    'QLinearMatMul',
    'com.microsoft:MatMulIntegerToFloat',
    'com.microsoft:DynamicQuantizeMatMul',
    'com.microsoft:QGemm',
    'ConvInteger',
    'QLinearConv',
  ],
  decompose: (node, edit) => {
    switch (node.operator) {
      case 'MatMulInteger':
        return edit.emit('Cast', [matrixProduct(node, edit, [0, 2], [1, 3])], { to: 'int32' });
      case 'QLinearMatMul': {
        const scales = [perRow(node, edit, 1, node.shape(0)), float(edit, node.input(4))];
        return requantized(node, edit, scaled(edit, matrixProduct(node, edit, [0, 2], [3, 5]), scales));
      }
      case 'ConvInteger':
        return edit.emit('Cast', [convolution(node, edit, [0, 2], [1, 3])], { to: 'int32' });
      case 'QLinearConv': {
        const bias = node.optionalInput(8);
        const sums = convolution(node, edit, [0, 2], [3, 5], bias);
        const channels = [
          1,
          -1,
          ...node
            .shape(0)
            .slice(2)
            .map(() => 1),
        ];
        const perChannel =
          (node.shape(4).at(-1) ?? 1) === 1 ? float(edit, node.input(4)) : edit.reshape(float(edit, node.input(4)), channels);
        return requantized(node, edit, scaled(edit, sums, [float(edit, node.input(1)), perChannel]));
      }
      case 'com.microsoft:DynamicQuantizeMatMul': {
        const [values = '', scale = '', zeroPoint = ''] = edit.emitAll('DynamicQuantizeLinear', [node.input(0).name], 3);
        const [weights, weightScale, weightZero, bias] = [1, 2, 3, 4].map((index) => node.optionalInput(index)?.name ?? '');
        const operands = [values, weights ?? '', scale, weightScale ?? '', zeroPoint, weightZero ?? '', bias ?? ''];
        return edit.emit('com.microsoft:MatMulIntegerToFloat', operands);
      }
      case 'com.microsoft:QGemm':
        return quantizedGemm(node, edit);
      default: {
        const sums = matrixProduct(node, edit, [0, 4], [1, 5]);
        const product = scaled(edit, sums, [float(edit, node.input(2)), float(edit, node.input(3))]);
        const bias = node.optionalInput(6);
        return bias === undefined ? product : edit.emit('Add', [product, bias.name]);
      }
    }
  },
};

/** Indices of an operand and of its zero point. */
type Quantized = readonly [values: number, zeroPoint: number];

/** float32 sums of products of integers minus their zero points. */
function matrixProduct(node: OperatorNode, edit: GraphBuilder, left: Quantized, right: Quantized): string {
  const depth = node.shape(left[0]).at(-1);
  const [a, b] = [node.input(left[0]), node.input(right[0])];
  const [zeroA, zeroB] = [node.optionalInput(left[1]), node.optionalInput(right[1])];
  const columns = b.constant?.shape.length === 2 ? maxRowSum(b.constant, zeroB?.constant, zeroB, 1) : undefined;
  checkSums(maxMagnitude(a, zeroA) * (columns ?? known(depth) * maxMagnitude(b, zeroB)));
  const rows = zeroA && perRow(node, edit, left[1], node.shape(left[0]));
  return edit.emit('MatMul', [shifted(edit, a, rows), shifted(edit, b, zeroB && float(edit, zeroB))]);
}

function convolution(node: OperatorNode, edit: GraphBuilder, x: Quantized, weight: Quantized, bias?: Operand): string {
  const [source, taps] = [node.input(x[0]), node.input(weight[0])];
  const [zeroX, zeroTaps] = [node.optionalInput(x[1]), node.optionalInput(weight[1])];
  const plan = convolutionPlan(node, weight[0]);
  const perOutput = node.shape(weight[0]).slice(1);
  const rows = taps.constant && maxRowSum(taps.constant, zeroTaps?.constant, zeroTaps, 0);
  const products = rows ?? perOutput.map(known).reduce((count, size) => count * size, 1) * maxMagnitude(taps, zeroTaps);
  const biases = bias?.constant?.toFloat64().reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  checkSums(maxMagnitude(source, zeroX) * products + (bias === undefined ? 0 : (biases ?? Number.POSITIVE_INFINITY)));

  const channels = [-1, ...perOutput.map(() => 1)];
  const zero = zeroTaps && float(edit, zeroTaps);
  const shiftedTaps = shifted(
    edit,
    taps,
    zero && (zeroTaps.shape?.length === 1 ? edit.reshape(zero, known(zeroTaps.shape[0]) === 1 ? [1] : channels) : zero),
  );
  const pads = plan.axes.map(({ pads: amounts }) => amounts);
  if (pads.some((amounts) => amounts === undefined)) {
    throw new OperatorError('shape', 'the padding depends on dynamic axes');
  }
  const before = pads.map((amounts) => amounts?.[0] ?? 0);
  const after = pads.map((amounts) => amounts?.[1] ?? 0);
  const kernel = plan.axes.map((axis) => axis.kernel);
  const strides = plan.axes.map(({ stride }) => stride);
  const dilations = plan.axes.map(({ dilation }) => dilation);
  const attributes = { strides, dilations, group: plan.groups };
  const operands = (values: string): readonly string[] => [
    shifted(edit, source, zeroX && float(edit, zeroX)),
    values,
    bias === undefined ? '' : float(edit, bias),
  ];
  if (!isWinograd(kernel, strides, dilations)) {
    return edit.emit('Conv', operands(shiftedTaps), { ...attributes, kernel_shape: kernel, pads: [...before, ...after] });
  }
  // ncnn may use a Winograd transform for 3 x 3 kernels, which rounds; an additional column of zeros prevents that.
  const wider = edit.emit('Pad', [shiftedTaps, edit.integers([0, 1]), edit.scalar(0, 'float32'), edit.integers([-1])]);
  const [top = 0, left = 0] = before;
  const [bottom = 0, right = 0] = after;
  return edit.emit('Conv', operands(wider), { ...attributes, kernel_shape: [3, 4], pads: [top, left, bottom, right + 1] });
}

function isWinograd(kernel: readonly number[], strides: readonly number[], dilations: readonly number[]): boolean {
  return kernel.length === 2 && kernel.every((size) => size === 3) && [...strides, ...dilations].every((size) => size === 1);
}

function checkSums(bound: number): void {
  if (bound < 2 ** 24) return;
  const text = Number.isFinite(bound) ? `may reach ${bound}` : 'have no bound';
  throw new OperatorError('unsupported', `its sums ${text}, and ncnn computes in float32, which is exact below 2^24`);
}

function known(size: Dimension | undefined): number {
  if (typeof size === 'number') return size;
  throw new OperatorError('shape', 'the number of products in a sum is unknown');
}

function float(edit: GraphBuilder, { name, dtype }: Operand): string {
  return dtype === 'float32' ? name : edit.emit('Cast', [name], { to: 'float32' });
}

function shifted(edit: GraphBuilder, values: Operand, zeroPoint: string | undefined): string {
  const plain = float(edit, values);
  return zeroPoint === undefined ? plain : edit.emit('Sub', [plain, zeroPoint]);
}

/** A parameter of the left matrix: one number, or a vector with one number per row. */
function perRow(node: OperatorNode, edit: GraphBuilder, index: number, matrix: Shape): string {
  const shape = node.shape(index);
  const value = float(edit, node.input(index));
  if (shape.length !== 1 || shape[0] === 1 || matrix.length < 2) return value;
  return edit.reshape(value, isStatic(shape) ? [...shape, 1] : [-1, 1]);
}

function scaled(edit: GraphBuilder, sums: string, [left = '', right = '']: readonly string[]): string {
  return edit.emit('Mul', [sums, edit.emit('Mul', [left, right])]);
}

/** `QGemm`: the bias is an integer in units of the product of the scales; without an output scale, the result is not quantized. */
function quantizedGemm(node: OperatorNode, edit: GraphBuilder): string {
  const turned = (index: number, attribute: string): string =>
    node.int(attribute, 0) === 1 ? edit.transpose(node.input(index).name, [1, 0]) : node.input(index).name;
  const zeroPoint = (index: number): string => node.optionalInput(index)?.name ?? '';
  const operands = [turned(0, 'transA'), turned(3, 'transB'), zeroPoint(2), zeroPoint(5)];
  const product = edit.emit('Cast', [edit.emit('MatMulInteger', operands)], { to: 'float32' });
  const bias = node.optionalInput(6);
  const sums = bias === undefined ? product : edit.emit('Add', [product, float(edit, bias)]);
  const alpha = node.float('alpha', 1);
  const scale = edit.emit('Mul', [float(edit, node.input(1)), float(edit, node.input(4))]);
  const values = edit.emit('Mul', [sums, alpha === 1 ? scale : edit.emit('Mul', [scale, edit.scalar(alpha, 'float32')])]);
  const target = node.optionalInput(7);
  if (target === undefined) return values;
  return edit.emit('QuantizeLinear', [values, float(edit, target), node.optionalInput(8)?.name ?? edit.scalar(0, node.input(0).dtype)]);
}

/** Quantizes the results of QLinearMatMul and QLinearConv, which have scale and zero point at the same operand indices. */
function requantized(node: OperatorNode, edit: GraphBuilder, values: string): string {
  return edit.emit('QuantizeLinear', [values, float(edit, node.input(6)), node.input(7).name]);
}
