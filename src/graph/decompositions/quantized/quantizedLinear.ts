import { type Dimension, isStatic, type Shape } from '../../ir/dimension.ts';
import { type Operand, OperatorError, type OperatorNode } from '../../ir/operator.ts';
import { convolutionPlan } from '../../ops/linear/convolution.ts';
import { type Decomposition, reshaped, type Writer } from '../decomposition.ts';
import { largestMagnitude, largestRow } from '../magnitude.ts';

/**
 * Matrix products and convolutions of small integers, computed with floats. That is exact in any order as long as no
 * sum can reach 2^24, for which the types, the zero points and the weights are looked at.
 */
export const quantizedLinear: Decomposition = {
  name: 'quantized-linear',
  operators: ['MatMulInteger', 'QLinearMatMul', 'com.microsoft:MatMulIntegerToFloat', 'ConvInteger', 'QLinearConv'],
  decompose: (node, write) => {
    switch (node.operator) {
      case 'MatMulInteger':
        write.result(0, 'Cast', [matrixProduct(node, write, [0, 2], [1, 3])], { to: 'int32' });
        return true;
      case 'QLinearMatMul': {
        const scales = [perRow(node, write, 1, node.shape(0)), float(write, node.input(4))];
        requantize(node, write, scaled(write, matrixProduct(node, write, [0, 2], [3, 5]), scales));
        return true;
      }
      case 'ConvInteger':
        write.result(0, 'Cast', [convolution(node, write, [0, 2], [1, 3])], { to: 'int32' });
        return true;
      case 'QLinearConv': {
        const bias = node.optionalInput(8);
        const sums = convolution(node, write, [0, 2], [3, 5], bias);
        const channels = [
          1,
          -1,
          ...node
            .shape(0)
            .slice(2)
            .map(() => 1),
        ];
        const perChannel =
          (node.shape(4).at(-1) ?? 1) === 1 ? float(write, node.input(4)) : reshaped(write, float(write, node.input(4)), channels);
        requantize(node, write, scaled(write, sums, [float(write, node.input(1)), perChannel]));
        return true;
      }
      default: {
        const sums = matrixProduct(node, write, [0, 4], [1, 5]);
        const product = scaled(write, sums, [float(write, node.input(2)), float(write, node.input(3))]);
        const bias = node.optionalInput(6);
        if (bias === undefined) write.result(0, 'Identity', [product]);
        else write.result(0, 'Add', [product, bias.name]);
        return true;
      }
    }
  },
};

/** Positions of an operand and of its zero point. */
type Quantized = readonly [values: number, zeroPoint: number];

/** float32 sums of products of integers less their zero points. */
function matrixProduct(node: OperatorNode, write: Writer, left: Quantized, right: Quantized): string {
  const depth = node.shape(left[0]).at(-1);
  const [a, b] = [node.input(left[0]), node.input(right[0])];
  const [zeroA, zeroB] = [node.optionalInput(left[1]), node.optionalInput(right[1])];
  const columns = b.constant?.shape.length === 2 ? largestRow(b.constant, zeroB?.constant, zeroB, 1) : undefined;
  checkSums(largestMagnitude(a, zeroA) * (columns ?? known(depth) * largestMagnitude(b, zeroB)));
  const rows = zeroA && perRow(node, write, left[1], node.shape(left[0]));
  return write.node('MatMul', [shifted(write, a, rows), shifted(write, b, zeroB && float(write, zeroB))]);
}

function convolution(node: OperatorNode, write: Writer, x: Quantized, weight: Quantized, bias?: Operand): string {
  const [source, taps] = [node.input(x[0]), node.input(weight[0])];
  const [zeroX, zeroTaps] = [node.optionalInput(x[1]), node.optionalInput(weight[1])];
  const plan = convolutionPlan(node, weight[0]);
  const perOutput = node.shape(weight[0]).slice(1);
  const rows = taps.constant && largestRow(taps.constant, zeroTaps?.constant, zeroTaps, 0);
  const products = rows ?? perOutput.map(known).reduce((count, size) => count * size, 1) * largestMagnitude(taps, zeroTaps);
  const biases = bias?.constant?.toFloat64().reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  checkSums(largestMagnitude(source, zeroX) * products + (bias === undefined ? 0 : (biases ?? Number.POSITIVE_INFINITY)));

  const channels = [-1, ...perOutput.map(() => 1)];
  const zero = zeroTaps && float(write, zeroTaps);
  const shiftedTaps = shifted(
    write,
    taps,
    zero && (zeroTaps.shape?.length === 1 ? reshaped(write, zero, known(zeroTaps.shape[0]) === 1 ? [1] : channels) : zero),
  );
  const pads = plan.axes.map(({ pads: amounts }) => amounts);
  if (pads.some((amounts) => amounts === undefined)) {
    throw new OperatorError('shape', 'the padding depends on free axes', 'Fix them with `shape=NAME:…`.');
  }
  const before = pads.map((amounts) => amounts?.[0] ?? 0);
  const behind = pads.map((amounts) => amounts?.[1] ?? 0);
  const kernel = plan.axes.map((axis) => axis.kernel);
  const strides = plan.axes.map(({ stride }) => stride);
  const dilations = plan.axes.map(({ dilation }) => dilation);
  const attributes = { strides, dilations, group: plan.groups };
  const operands = (values: string): readonly string[] => [
    shifted(write, source, zeroX && float(write, zeroX)),
    values,
    bias === undefined ? '' : float(write, bias),
  ];
  if (!isWinograd(kernel, strides, dilations)) {
    return write.node('Conv', operands(shiftedTaps), { ...attributes, kernel_shape: kernel, pads: [...before, ...behind] });
  }
  // ncnn may transform kernels of 3 x 3 taps, which rounds; a column of zeros more keeps it from that.
  const wider = write.node('Pad', [shiftedTaps, write.integers([0, 1]), write.scalar(0, 'float32'), write.integers([-1])]);
  const [top = 0, left = 0] = before;
  const [bottom = 0, right = 0] = behind;
  return write.node('Conv', operands(wider), { ...attributes, kernel_shape: [3, 4], pads: [top, left, bottom, right + 1] });
}

function isWinograd(kernel: readonly number[], strides: readonly number[], dilations: readonly number[]): boolean {
  return kernel.length === 2 && kernel.every((size) => size === 3) && [...strides, ...dilations].every((size) => size === 1);
}

function checkSums(most: number): void {
  if (most < 2 ** 24) return;
  const text = Number.isFinite(most) ? `may reach ${most}` : 'have no bound';
  throw new OperatorError('unsupported', `its sums ${text}, and ncnn computes in float32, which is exact below 2^24`);
}

function known(size: Dimension | undefined): number {
  if (typeof size === 'number') return size;
  throw new OperatorError('shape', 'the number of products in a sum is not known', 'Fix the shapes with `shape=NAME:…`.');
}

function float(write: Writer, { name, dtype }: Operand): string {
  return dtype === 'float32' ? name : write.node('Cast', [name], { to: 'float32' });
}

function shifted(write: Writer, values: Operand, zeroPoint: string | undefined): string {
  const plain = float(write, values);
  return zeroPoint === undefined ? plain : write.node('Sub', [plain, zeroPoint]);
}

/** A parameter of the left matrix: one number, or a vector with one for each row. */
function perRow(node: OperatorNode, write: Writer, index: number, matrix: Shape): string {
  const shape = node.shape(index);
  const value = float(write, node.input(index));
  if (shape.length !== 1 || shape[0] === 1 || matrix.length < 2) return value;
  return reshaped(write, value, isStatic(shape) ? [...shape, 1] : [-1, 1]);
}

function scaled(write: Writer, sums: string, [left = '', right = '']: readonly string[]): string {
  return write.node('Mul', [sums, write.node('Mul', [left, right])]);
}

/** The results of QLinearMatMul and QLinearConv, whose scale and zero point stand at the same place. */
function requantize(node: OperatorNode, write: Writer, values: string): void {
  write.result(0, 'QuantizeLinear', [values, float(write, node.input(6)), node.input(7).name]);
}
