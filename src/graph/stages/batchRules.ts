import type { Shape } from '../ir/dimension.ts';
import type { OperatorNode } from '../ir/operator.ts';

/**
 * On which axis the results of a node carry the samples of a batch, given the axis on which each operand does
 * (`undefined`: the operand is the same for all samples) and the shape of the first result. Returns `undefined` when
 * the node mixes samples.
 */
export type BatchRule = (node: OperatorNode, axes: readonly (number | undefined)[], result: Shape | undefined) => number | undefined;

/** The rule of an operator; an operator without one is taken to mix samples. */
export function batchRule(operator: string): BatchRule | undefined {
  return rules.get(operator);
}

/** Operators whose first operand has its samples on axis 0, and whose ncnn layers take one of them. */
// biome-ignore format: one family a line
export const sampleOperators: ReadonlySet<string> = new Set([
  'Conv', 'ConvTranspose', 'DeformConv', 'MaxPool', 'AveragePool', 'LpPool',
  'GlobalMaxPool', 'GlobalAveragePool', 'GlobalLpPool',
  'BatchNormalization', 'InstanceNormalization', 'GroupNormalization', 'LRN',
  'DepthToSpace', 'SpaceToDepth', 'GridSample', 'Resize', 'STFT',
]);

/** Each element of the result depends on the elements at the same place, under numpy broadcasting. */
const elementwise: BatchRule = (node, axes) => {
  const ranks = axes.map((_, index) => node.optionalInput(index)?.shape?.length ?? 0);
  const rank = Math.max(...ranks);
  let found: number | undefined;
  for (const [index, axis] of axes.entries()) {
    if (axis === undefined) continue;
    const aligned = axis + rank - (ranks[index] ?? 0);
    if (found !== undefined && found !== aligned) return undefined;
    found = aligned;
  }
  if (found === undefined) return undefined;
  const batch = found;
  // An operand that is the same for all samples must not have an axis of its own where the samples lie.
  const clean = axes.every((axis, index) => {
    const shape = node.optionalInput(index)?.shape;
    const own = batch - rank + (shape?.length ?? 0);
    return axis !== undefined || shape === undefined || own < 0 || shape[own] === 1;
  });
  return clean ? batch : undefined;
};

/** One sample of axis 0 of the first operand after the other; the other operands are weights. */
const samples: BatchRule = (_node, [first, ...others]) => (first === 0 && others.every((axis) => axis === undefined) ? 0 : undefined);

/** All axes but the given ones are independent; the result keeps the number of axes. */
function alongAxes(worked: (node: OperatorNode, rank: number) => readonly number[]): BatchRule {
  return (node, [axis, ...others]) => {
    const rank = node.input(0).shape?.length;
    if (axis === undefined || rank === undefined || others.some((other) => other !== undefined)) return undefined;
    const positive = worked(node, rank).map((entry) => (entry < 0 ? entry + rank : entry));
    return positive.includes(axis) ? undefined : axis;
  };
}

const axisAttribute = (fallback: number): BatchRule => alongAxes((node) => [node.int('axis', fallback)]);

const reduction: BatchRule = (node, axes) => {
  const rank = node.input(0).shape?.length ?? 0;
  const given = node.constantIntegers(1);
  if (given === undefined && node.int('noop_with_empty_axes', 0) === 1) return axes[0];
  const reduced = (given ?? Array.from({ length: rank }, (_, axis) => axis)).map((axis) => (axis < 0 ? axis + rank : axis));
  return keptAxis(axes[0], reduced, node.int('keepdims', 1) === 1);
};

const argReduction: BatchRule = (node, [axis]) => {
  const rank = node.input(0).shape?.length ?? 0;
  return keptAxis(axis, [node.axis(node.int('axis', 0), rank)], node.int('keepdims', 1) === 1);
};

function keptAxis(axis: number | undefined, reduced: readonly number[], keepdims: boolean): number | undefined {
  if (axis === undefined || reduced.includes(axis)) return undefined;
  return keepdims ? axis : axis - reduced.filter((entry) => entry < axis).length;
}

/**
 * A new grouping of the axes in row-major order. The samples stay whole when what lies in front of their axis has
 * the same product before and after.
 */
const regrouping: BatchRule = (node, [axis, ...others], result) => {
  if (axis === undefined || others.some((other) => other !== undefined)) return undefined;
  const shape = node.input(0).shape;
  if (shape === undefined || result === undefined) return undefined;
  const front = shape.slice(0, axis);
  // Sizes are compared as they are written: a symbol equals only itself.
  const key = (sizes: readonly (number | string)[]): string => sizes.filter((size) => size !== 1).join('*');
  for (let place = 0; place < result.length; place++) {
    if (result[place] === shape[axis] && key(result.slice(0, place)) === key(front)) return place;
  }
  return undefined;
};

const transpose: BatchRule = (node, [axis]) => {
  const rank = node.input(0).shape?.length ?? 0;
  const order = node.ints('perm', undefined) ?? Array.from({ length: rank }, (_, index) => rank - 1 - index);
  return axis === undefined ? undefined : order.indexOf(axis);
};

const concat: BatchRule = (node, axes) => {
  const rank = node.input(0).shape?.length ?? 0;
  const [first] = axes;
  return first !== undefined && axes.every((axis) => axis === first) && node.axis(node.int('axis'), rank) !== first ? first : undefined;
};

const slice: BatchRule = alongAxes((node) => node.constantIntegers(3) ?? (node.constantIntegers(1) ?? []).map((_, index) => index));

const pad: BatchRule = (node, [axis]) => {
  const rank = node.input(0).shape?.length ?? 0;
  const axes = node.constantIntegers(3) ?? Array.from({ length: rank }, (_, index) => index);
  const pads = node.constantIntegers(1) ?? [];
  const padded = axes
    .filter((_, index) => pads[index] !== 0 || pads[index + axes.length] !== 0)
    .map((entry) => (entry < 0 ? entry + rank : entry));
  return axis === undefined || padded.includes(axis) ? undefined : axis;
};

const tile: BatchRule = alongAxes((node) => (node.constantIntegers(1) ?? []).flatMap((count, axis) => (count === 1 ? [] : [axis])));

const gather: BatchRule = (node, [data, indices]) => {
  const rank = node.input(0).shape?.length ?? 0;
  const axis = node.axis(node.int('axis', 0), rank);
  if (data === undefined) return indices === undefined ? undefined : axis + indices;
  if (indices !== undefined || data === axis) return undefined;
  return data < axis ? data : data - 1 + (node.input(1).shape?.length ?? 0);
};

const matMul: BatchRule = (node, [left, right]) => {
  const a = node.input(0).shape;
  const b = node.input(1).shape;
  if (a === undefined || b === undefined || a.length < 2 || b.length < 2) return undefined;
  const rank = Math.max(a.length, b.length);
  const rows = rank - 2;
  const alignedLeft = left === undefined ? undefined : left + rank - a.length;
  const alignedRight = right === undefined ? undefined : right + rank - b.length;
  if (alignedLeft !== undefined && alignedRight !== undefined)
    return alignedLeft === alignedRight && alignedLeft < rows ? alignedLeft : undefined;
  const batch = alignedLeft ?? alignedRight;
  if (batch === undefined) return undefined;
  if (batch === rows) return alignedLeft === undefined ? undefined : batch;
  const other = alignedLeft === undefined ? a : b;
  const own = batch - rank + other.length;
  return batch < rows && (own < 0 || other[own] === 1) ? batch : undefined;
};

const gemm: BatchRule = (node, [a, b, c]) => {
  if (a !== 0 || b !== undefined || c !== undefined || node.int('transA', 0) !== 0) return undefined;
  const bias = node.optionalInput(2)?.shape;
  return bias === undefined || bias.length < 2 || bias[0] === 1 ? 0 : undefined;
};

/** Resize leaves the axis of the samples alone when its scale is 1, that is when its size stays. */
const resize: BatchRule = (node, [axis], result) => {
  const before = node.input(0).shape;
  return axis !== undefined && before !== undefined && before[axis] === result?.[axis] ? axis : undefined;
};

const expand: BatchRule = (node, [axis], result) => {
  const shape = node.input(0).shape;
  if (axis === undefined || shape === undefined || result === undefined) return undefined;
  return axis + result.length - shape.length;
};

const both: BatchRule = (_node, axes) => (axes.every((axis) => axis === 0) ? 0 : undefined);

const recurrent: BatchRule = (node, [x, ...others]) => {
  const layout = node.int('layout', 0);
  if (others.some((axis) => axis !== undefined) || x !== (layout === 1 ? 0 : 1)) return undefined;
  // Y carries the batch on another axis than Y_h, so only a node with one of them is followed.
  const outputs = node.node.outputs.flatMap((name, index) => (name ? [index] : []));
  if (outputs.length !== 1) return undefined;
  return layout === 1 ? 0 : outputs[0] === 0 ? 2 : 1;
};

/** Normalizes the last axis of the sum of two operands of one shape. */
const skipNormalization: BatchRule = (node, [x, skip, ...others]) => {
  const rank = node.input(0).shape?.length ?? 0;
  return x !== undefined && x === skip && x < rank - 1 && others.every((axis) => axis === undefined) ? x : undefined;
};

const behindAxis: BatchRule = alongAxes((node, rank) => {
  const axis = node.axis(node.int('axis', -1), rank);
  return Array.from({ length: rank - axis }, (_, index) => axis + index);
});

// biome-ignore format: one family a line
const rules: ReadonlyMap<string, BatchRule> = new Map<string, BatchRule>([
  ...[
    'Abs', 'Neg', 'Sign', 'Floor', 'Ceil', 'Round', 'Sqrt', 'Reciprocal', 'Exp', 'Log', 'Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan',
    'Sinh', 'Cosh', 'Tanh', 'Asinh', 'Acosh', 'Atanh', 'Erf', 'Add', 'Sub', 'Mul', 'Div', 'Pow', 'Mod', 'Max', 'Min', 'Mean', 'Sum',
    'Relu', 'LeakyRelu', 'PRelu', 'Elu', 'Selu', 'Celu', 'HardSigmoid', 'HardSwish', 'Sigmoid', 'Softplus', 'Softsign',
    'ThresholdedRelu', 'Gelu', 'Mish', 'Swish', 'Shrink', 'Clip', 'Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual',
    'And', 'Or', 'Xor', 'Not', 'Where', 'Cast', 'IsNaN', 'IsInf', 'Identity', 'Dropout',
  ].map((operator): [string, BatchRule] => [operator, elementwise]),
  ...[
    'Conv', 'ConvTranspose', 'MaxPool', 'AveragePool', 'LpPool', 'GlobalMaxPool', 'GlobalAveragePool', 'GlobalLpPool',
    'InstanceNormalization', 'GroupNormalization', 'LRN', 'DepthToSpace', 'SpaceToDepth', 'STFT',
  ].map((operator): [string, BatchRule] => [operator, samples]),
  ...[
    'ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare',
  ].map((operator): [string, BatchRule] => [operator, reduction]),
  ...['ArgMax', 'ArgMin'].map((operator): [string, BatchRule] => [operator, argReduction]),
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'].map((operator): [string, BatchRule] => [operator, regrouping]),
  ...['Softmax', 'LogSoftmax', 'Hardmax', 'LpNormalization', 'TopK'].map((operator): [string, BatchRule] => [operator, axisAttribute(-1)]),
  ['Split', axisAttribute(0)],
  // In training mode the statistics are taken over all samples.
  ['BatchNormalization', (node, axes, result) => (node.int('training_mode', 0) === 0 ? samples(node, axes, result) : undefined)],
  ...['com.microsoft:SkipLayerNormalization', 'com.microsoft:SkipSimplifiedLayerNormalization'].map((operator): [string, BatchRule] => [operator, skipNormalization]),
  ...['LayerNormalization', 'RMSNormalization', 'SimplifiedLayerNormalization'].map((operator): [string, BatchRule] => [operator, behindAxis]),
  ['DFT', alongAxes((node) => [...(node.constantIntegers(2) ?? [-2]), -1])],
  ['CumSum', alongAxes((node) => node.constantIntegers(1) ?? [])],
  ['DeformConv', (_node, [x, weight, offset, bias, mask]) => (x === 0 && offset === 0 && weight === undefined && bias === undefined && (mask ?? 0) === 0 ? 0 : undefined)],
  ['Transpose', transpose],
  ['Concat', concat],
  ['Slice', slice],
  ['Pad', pad],
  ['Tile', tile],
  ['Expand', expand],
  ['Gather', gather],
  ['MatMul', matMul],
  ['Gemm', gemm],
  ['Resize', resize],
  ['GridSample', both],
  ...['LSTM', 'GRU', 'RNN'].map((operator): [string, BatchRule] => [operator, recurrent]),
]);
