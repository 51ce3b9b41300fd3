import { convolve } from '../../../kernels/convolution.ts';
import { roundHalfToEven } from '../../../kernels/rounding.ts';
import { isStatic } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily } from '../../ir/operator.ts';
import { type DataType, Tensor } from '../../ir/tensor.ts';
import { convolutionCost, productCost } from '../rules/cost.ts';
import { type ConvolutionPlan, convolutionPlan, convolutionSizes } from './convolution.ts';
import { floatProduct, matmulPlan } from './matmul.ts';

/** Products of 8-bit integers, with results in int32 or rescaled to 8 bits. */
export const quantizedLinearOperators: OperatorFamily = {
  ConvInteger: {
    cost: convolutionCost(),
    infer: (node) => [{ dtype: 'int32', shape: convolutionShape(convolutionPlan(node)) }],
    evaluate: (node, [x, weight, zeroX, zeroWeight]) => {
      const plan = convolutionPlan(node);
      return [numericTensor('int32', staticShape(plan), integerConvolution(plan, [present(x), zeroX], [present(weight), zeroWeight]))];
    },
  },
  QLinearConv: {
    cost: convolutionCost(3),
    infer: (node) => [{ dtype: node.input(7).dtype, shape: convolutionShape(convolutionPlan(node, 3)) }],
    evaluate: (node, [x, scaleX, zeroX, weight, scaleWeight, zeroWeight, scaleY, zeroY, bias]) => {
      const plan = convolutionPlan(node, 3);
      const sums = integerConvolution(plan, [present(x), zeroX], [present(weight), zeroWeight], bias);
      const shape = staticShape(plan);
      const perChannel = shape.slice(2).reduce((size, axis) => size * axis, 1);
      const scales = present(scaleWeight).toFloat64();
      const factor = present(scaleX).scalar() / present(scaleY).scalar();
      const scaled = sums.map((sum, index) => {
        const channel = Math.floor(index / perChannel) % (shape[1] ?? 1);
        return sum * factor * (scales[scales.length === 1 ? 0 : channel] ?? 1);
      });
      return [requantized(present(zeroY), shape, scaled)];
    },
  },
  MatMulInteger: {
    cost: productCost,
    infer: (node) => [{ dtype: 'int32', shape: matmulPlan(node.shape(0), node.shape(1)).output }],
    evaluate: (_node, [a, b, zeroA, zeroB]) => {
      const { shape, values } = floatProduct(shifted(present(a), zeroA, 'rows'), shifted(present(b), zeroB, 'columns'));
      return [numericTensor('int32', shape, values)];
    },
  },
  QLinearMatMul: {
    cost: productCost,
    infer: (node) => [{ dtype: node.input(7).dtype, shape: matmulPlan(node.shape(0), node.shape(3)).output }],
    evaluate: (_node, [a, scaleA, zeroA, b, scaleB, zeroB, scaleY, zeroY]) => {
      const { shape, values } = floatProduct(shifted(present(a), zeroA, 'rows'), shifted(present(b), zeroB, 'columns'));
      const columns = shape.at(-1) ?? 1;
      const rows = shape.at(-2) ?? 1;
      const byRow = present(scaleA).toFloat64();
      const byColumn = present(scaleB).toFloat64();
      const divisor = present(scaleY).scalar();
      const scaled = values.map((value, index) => {
        const row = Math.floor(index / columns) % rows;
        return (
          (value * (byRow[byRow.length === 1 ? 0 : row] ?? 1) * (byColumn[byColumn.length === 1 ? 0 : index % columns] ?? 1)) / divisor
        );
      });
      return [requantized(present(zeroY), shape, scaled)];
    },
  },
};

function convolutionShape(plan: ConvolutionPlan): readonly (number | string)[] {
  return [plan.batch, plan.outputChannels, ...plan.axes.map((axis) => axis.output)];
}

function staticShape(plan: ConvolutionPlan): readonly number[] {
  const shape = convolutionShape(plan);
  if (!isStatic(shape)) throw new OperatorError('shape', 'the sizes of the convolution are unknown');
  return shape;
}

type Quantized = readonly [values: Tensor, zeroPoint: Tensor | undefined];

function integerConvolution(plan: ConvolutionPlan, [x, zeroX]: Quantized, [weight, zeroWeight]: Quantized, bias?: Tensor): Float64Array {
  const zero = zeroX === undefined ? 0 : zeroX.scalar();
  const zeros = zeroWeight?.toFloat64() ?? Float64Array.of(0);
  const perOutput = weight.size / (weight.shape[0] ?? 1);
  const taps = weight.toFloat64().map((tap, index) => tap - (zeros[zeros.length === 1 ? 0 : Math.floor(index / perOutput)] ?? 0));
  // The padding value is the zero point, so the shifted operand is padded with 0.
  const shiftedX = x.toFloat64().map((value) => value - zero);
  return convolve(shiftedX, taps, bias?.toFloat64(), convolutionSizes(plan));
}

/** A quantized matrix minus its zero point, which is a single value, or one per row of A or column of B. */
function shifted(matrix: Tensor, zeroPoint: Tensor | undefined, per: 'rows' | 'columns'): Tensor {
  const zeros = zeroPoint?.toFloat64() ?? Float64Array.of(0);
  const columns = matrix.shape.at(-1) ?? 1;
  const count = zeros.length;
  const values = matrix.toFloat64().map((value, index) => {
    const own = per === 'columns' ? index % columns : Math.floor(index / columns);
    return value - (zeros[own % count] ?? 0);
  });
  return Tensor.of('float64', matrix.shape, values);
}

const ranges: Partial<Record<DataType, readonly [number, number]>> = { int8: [-128, 127], uint8: [0, 255] };

function requantized(zeroPoint: Tensor, shape: readonly number[], scaled: Float64Array): Tensor {
  const [low, high] = ranges[zeroPoint.dtype] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const zero = zeroPoint.scalar();
  return numericTensor(
    zeroPoint.dtype,
    shape,
    scaled.map((value) => Math.min(high, Math.max(low, roundHalfToEven(value) + zero))),
  );
}
