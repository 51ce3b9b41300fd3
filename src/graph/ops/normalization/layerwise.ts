import { normalizeRows, normalizeRowsByRootMeanSquare, rowMoments } from '../../../kernels/normalization.ts';
import type { BatchRule } from '../../ir/batchRule.ts';
import { broadcastShapes, elementCount, formatShape, isStatic, product, type Shape, sameShape } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import type { Tensor } from '../../ir/tensor.ts';
import { batchBesideAxes } from '../rules/axes.ts';

/** The operand indices of a variant of layer normalization, and its formula. */
export interface LayerwiseForm {
  /** Divides by the root mean square without subtracting the mean. */
  readonly rootMeanSquare: boolean;
  /** Index of the operand that is added to the first one before the normalization; absent in the plain operators. */
  readonly skip?: number;
  readonly scale: number;
  /** Index of the summand after the scale. */
  readonly shift?: number;
  /** Index of a summand of the last axis that is added before the normalization. */
  readonly bias?: number;
}

/** The operators that normalize the last axes of a tensor, by name. */
export const layerwiseForms: Readonly<Record<string, LayerwiseForm>> = {
  LayerNormalization: { rootMeanSquare: false, scale: 1, shift: 2 },
  RMSNormalization: { rootMeanSquare: true, scale: 1 },
  // These are operators of onnxruntime; the second is registered in the default domain.
  'com.microsoft:SkipLayerNormalization': { rootMeanSquare: false, skip: 1, scale: 2, shift: 3, bias: 4 },
  SimplifiedLayerNormalization: { rootMeanSquare: true, scale: 1 },
  'com.microsoft:SkipSimplifiedLayerNormalization': { rootMeanSquare: true, skip: 1, scale: 2, bias: 3 },
};

const layerwiseBatch = batchBesideAxes((node, rank) => {
  const axis = firstNormalizedAxis(node, rank);
  return Array.from({ length: rank - axis }, (_, index) => axis + index);
});

/** Normalizes the last axis of the sum of two operands of the same shape. */
const skipBatch: BatchRule = (node, [x, skip, ...others]) => {
  const last = node.shape(0).length - 1;
  return x !== undefined && x === skip && x < last && others.every((axis) => axis === undefined) ? x : undefined;
};

export const layerwiseOperators: OperatorFamily = Object.fromEntries(
  Object.entries(layerwiseForms).map(([name, form]) => [name, layerwise(form)]),
);

/** The first normalized axis; all axes after it are normalized together with it. */
export function firstNormalizedAxis(node: OperatorNode, rank: number): number {
  return node.axis(node.int('axis', -1), rank);
}

/** `epsilon` of the node; onnxruntime's operators have a different default. */
export function layerwiseEpsilon(node: OperatorNode): number {
  return node.float('epsilon', node.operator.startsWith('com.microsoft:') ? 1e-12 : 1e-5);
}

/** Throws if a scale or shift cannot be broadcast to the normalized axes. */
function checkSpread(shape: Shape, axes: Shape): void {
  if (product(shape) === product(axes)) return;
  const fitting = broadcastShapes(shape, axes);
  if (fitting !== undefined && sameShape(fitting, axes)) return;
  throw new OperatorError('invalid', `${formatShape(shape)} does not fit the normalized axes ${formatShape(axes)}`);
}

/** The values of a scale or shift, broadcast to the normalized axes; throws if the shapes do not match. */
export function spread(tensor: Tensor, axes: readonly number[]): Float64Array {
  const values = tensor.toFloat64();
  const size = elementCount(axes);
  if (values.length === size) return values;
  checkSpread(tensor.shape, axes);
  const padded = [...axes.slice(tensor.shape.length).map(() => 1), ...tensor.shape];
  return Float64Array.from({ length: size }, (_, index) => {
    let remaining = index;
    let stride = 1;
    let source = 0;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      const extent = axes[axis] ?? 1;
      const own = padded[axis] ?? 1;
      if (own !== 1) source += (remaining % extent) * stride;
      stride *= own;
      remaining = Math.floor(remaining / extent);
    }
    return values[source] ?? 0;
  });
}

function layerwise(form: LayerwiseForm): Operator {
  return {
    channels: 'last',
    batch: form.skip === undefined ? layerwiseBatch : skipBatch,
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      if (shape !== undefined) checkAffine(node, form, shape);
      const statistics: ValueType = { dtype: 'float32', shape: shape && statisticsShape(node, shape) };
      const y: ValueType = { dtype, shape };
      return form.skip === undefined ? [y, statistics, statistics] : [y, statistics, statistics, y];
    },
    evaluate: (node, inputs) => {
      const x = present(inputs[0]);
      const axis = firstNormalizedAxis(node, x.shape.length);
      const axes = x.shape.slice(axis);
      const size = elementCount(axes);
      const summed = x.toFloat64().slice();
      for (const index of [form.skip, form.bias]) {
        const summand = index === undefined ? undefined : inputs[index]?.toFloat64();
        if (summand !== undefined)
          for (let place = 0; place < summed.length; place++) add(summed, place, summand[place % summand.length] ?? 0);
      }
      const epsilon = layerwiseEpsilon(node);
      const result = (form.rootMeanSquare ? normalizeRowsByRootMeanSquare : normalizeRows)(summed, size, epsilon);
      const scale = spread(present(inputs[form.scale]), axes);
      const shiftTensor = form.shift === undefined ? undefined : inputs[form.shift];
      const shift = shiftTensor && spread(shiftTensor, axes);
      for (let place = 0; place < result.length; place++) {
        result[place] = (result[place] ?? 0) * (scale[place % size] ?? 0) + (shift?.[place % size] ?? 0);
      }
      const outputs = [numericTensor(x.dtype, x.shape, result)];
      const { mean, variance } = rowMoments(summed, size);
      const shape = [...x.shape.slice(0, axis), ...axes.map(() => 1)];
      const spreadOf = (row: number): number => (form.rootMeanSquare ? (variance[row] ?? 0) + (mean[row] ?? 0) ** 2 : (variance[row] ?? 0));
      outputs.push(
        numericTensor('float32', shape, mean),
        numericTensor(
          'float32',
          shape,
          Float64Array.from(mean, (_, row) => 1 / Math.sqrt(spreadOf(row) + epsilon)),
        ),
      );
      if (form.skip !== undefined) outputs.push(numericTensor(x.dtype, x.shape, summed));
      return outputs;
    },
  };
}

/** Sizes that are not known yet are assumed to match. */
function checkAffine(node: OperatorNode, form: LayerwiseForm, shape: Shape): void {
  const axes = shape.slice(firstNormalizedAxis(node, shape.length));
  for (const index of [form.scale, form.shift]) {
    const operand = index === undefined ? undefined : node.optionalInput(index)?.shape;
    if (operand !== undefined && isStatic(operand) && isStatic(axes)) checkSpread(operand, axes);
  }
}

function statisticsShape(node: OperatorNode, shape: readonly (number | string)[]): readonly (number | string)[] {
  const axis = firstNormalizedAxis(node, shape.length);
  return shape.map((size, index) => (index < axis ? size : 1));
}

function add(target: Float64Array, index: number, value: number): void {
  target[index] = (target[index] ?? 0) + value;
}
