import { pinOrCut } from '../../../diagnostics/remedies.ts';
import { type CoordinateMode, type Interpolation, interpolationTaps, type NearestMode, resizeAxis } from '../../../kernels/resize.ts';
import { type Dimension, elementCount, isStatic, product, quotient, type Shape } from '../../ir/dimension.ts';
import { checkList, maxResizeOutputs } from '../../ir/limits.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';

/** Resize of any axes. Operands: X, roi, scales, sizes. */
export const resizeOperators: OperatorFamily = {
  Resize: {
    cost: resizeCost,
    perSample: true,
    channels: 'first',
    // The batch axis is not resized if its size stays the same.
    batch: (node, [axis], result) => {
      const before = node.input(0).shape;
      return axis !== undefined && before !== undefined && before[axis] === result?.[axis] ? axis : undefined;
    },
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      return [{ dtype, shape: shape && resizePlan(node, shape).map(({ output }) => output) }];
    },
    evaluate: (node, [input]) => {
      const x = present(input);
      const settings = interpolationOf(node);
      const shape = [...x.shape];
      let values = x.toFloat64();
      resizePlan(node, x.shape).forEach(({ output, scale, region }, axis) => {
        const inputSize = shape[axis] ?? 1;
        if (typeof output !== 'number' || scale === undefined) throw new OperatorError('shape', 'the sizes to resize to are unknown');
        if (isIdentityResize({ input: inputSize, output, scale, region })) return;
        checkList(output, maxResizeOutputs);
        const taps = interpolationTaps({ inputSize, outputSize: output, scale, region }, settings);
        values = resizeAxis(values, inputSize, elementCount(shape.slice(axis + 1)), taps, node.float('extrapolation_value', 0));
        shape[axis] = output;
      });
      return [numericTensor(x.dtype, shape, values)];
    },
  },
};

/** The axes are resized one after the other, each with the taps of the interpolation. */
function resizeCost(node: OperatorNode): number {
  const shape = [...node.staticShape(0)];
  const { mode, antialias } = interpolationOf(node);
  let cost = 0;
  for (const [axis, { output, scale = 1 }] of resizePlan(node, shape).entries()) {
    shape[axis] = Number(output);
    const taps = mode === 'nearest' ? 1 : (mode === 'cubic' ? 4 : 2) / (antialias ? Math.min(scale, 1) : 1);
    cost += (elementCount(shape) + Number(output) * stepsPerTap) * taps;
  }
  return cost;
}

/** Number of steps for the coordinate and the weight of a tap. */
const stepsPerTap = 16;

/** How one axis is resized. */
export interface AxisPlan {
  readonly input: Dimension;
  readonly output: Dimension;
  /** Output size divided by input size as the node specifies it; `undefined` if it depends on a dynamic axis. */
  readonly scale: number | undefined;
  /** The part of the axis that is resized, as fractions of its length. */
  readonly region: readonly [number, number];
}

/** Whether an axis does not change. */
export function isIdentityResize({ input, output, scale, region: [begin, end] }: AxisPlan): boolean {
  return input === output && scale !== undefined && Math.abs(scale - 1) < 1e-9 && begin === 0 && end === 1;
}

/** The plan of every axis. Throws {@link OperatorError} for invalid scales and sizes. */
export function resizePlan(node: OperatorNode, shape: Shape): readonly AxisPlan[] {
  const rank = shape.length;
  const axes = (node.ints('axes', undefined) ?? shape.map((_, axis) => axis)).map((axis) => node.axis(axis, rank));
  const regions = regionsOf(node, axes);
  const untouched = shape.map((size): AxisPlan => ({ input: size, output: size, scale: 1, region: [0, 1] }));
  const operand = filled(node, 2) ? 'scales' : filled(node, 3) ? 'sizes' : undefined;
  if (operand === undefined) throw new OperatorError('invalid', 'expected scales or sizes');
  const planned = operand === 'scales' ? planScales(node, shape, axes) : planSizes(node, shape, axes);
  // If no size changes, the data is copied, whatever the scales are.
  const isCopy = regions.length === 0 && planned.every(({ output }, index) => output === shape[axes[index] ?? 0]);
  if (isCopy) return untouched;
  return untouched.map((plan, axis) => {
    const index = axes.indexOf(axis);
    const change = planned[index];
    return index < 0 || change === undefined ? plan : { ...plan, ...change, region: regions[index] ?? plan.region };
  });
}

type Change = Pick<AxisPlan, 'output' | 'scale'>;

function planScales(node: OperatorNode, shape: Shape, axes: readonly number[]): readonly Change[] {
  const scales = node.constant(2)?.toFloat64();
  if (scales === undefined) return axes.map((axis) => ({ output: node.symbol(axis), scale: undefined }));
  if (scales.length !== axes.length) throw new OperatorError('invalid', `expected ${axes.length} scales, got ${scales.length}`);
  return axes.map((axis, index) => {
    const scale = scales[index] ?? 1;
    if (!(scale > 0)) throw new OperatorError('invalid', `an axis cannot be scaled by ${scale}`);
    return { output: scaledSize(shape[axis] ?? 1, scale), scale };
  });
}

/** `floor(size * scale)` with a float32 product, as in the runtimes. */
function scaledSize(size: Dimension, scale: number): Dimension {
  if (typeof size === 'number') return Math.floor(Math.fround(size * scale));
  if (Number.isInteger(scale)) return product([scale, size]);
  const inverse = 1 / scale;
  return Number.isInteger(inverse) ? `floor(${size}/${inverse})` : `floor(${size}*${scale})`;
}

function planSizes(node: OperatorNode, shape: Shape, axes: readonly number[]): readonly Change[] {
  const sizes = node.dimensions(3);
  if (sizes === undefined) return axes.map((axis) => ({ output: node.symbol(axis), scale: undefined }));
  if (sizes.length !== axes.length) throw new OperatorError('invalid', `expected ${axes.length} sizes, got ${sizes.length}`);
  const policy = node.string('keep_aspect_ratio_policy', 'stretch');
  if (policy === 'stretch')
    return axes.map((axis, index) => ({ output: sizes[index] ?? 1, scale: ratio(sizes[index] ?? 1, shape[axis] ?? 1) }));
  if (policy !== 'not_larger' && policy !== 'not_smaller') throw new OperatorError('invalid', `the policy "${policy}" is not defined`);
  const inputs: Shape = axes.map((axis) => shape[axis] ?? 1);
  if (!isStatic(sizes) || !isStatic(inputs)) return axes.map((axis) => ({ output: node.symbol(axis), scale: undefined }));
  const ratios = sizes.map((size, index) => size / (inputs[index] ?? 1));
  const scale = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return inputs.map((input) => ({ output: Math.floor(scale * input + 0.5), scale }));
}

/** Output size divided by input size; for dynamic sizes only if one is a multiple of the other. */
function ratio(output: Dimension, input: Dimension): number | undefined {
  if (typeof output === 'number' && typeof input === 'number') return output / input;
  const larger = quotient(output, input);
  if (typeof larger === 'number') return larger;
  const smaller = quotient(input, output);
  return typeof smaller === 'number' ? 1 / smaller : undefined;
}

/** Whether an operand is present. Older exporters write an empty constant for an omitted one. */
function filled(node: OperatorNode, index: number): boolean {
  const operand = node.optionalInput(index);
  return operand !== undefined && operand.constant?.size !== 0 && operand.shape?.[0] !== 0;
}

function regionsOf(node: OperatorNode, axes: readonly number[]): readonly (readonly [number, number])[] {
  if (node.string('coordinate_transformation_mode', 'half_pixel') !== 'tf_crop_and_resize') return [];
  const region = node.constant(1)?.toFloat64();
  if (region === undefined) {
    throw new OperatorError('unsupported', 'the region to crop must be a constant', pinOrCut);
  }
  if (region.length !== 2 * axes.length)
    throw new OperatorError('invalid', `the region has ${region.length} values for ${axes.length} axes`);
  return axes.map((_, index) => [region[index] ?? 0, region[axes.length + index] ?? 1]);
}

const modes: readonly Interpolation['mode'][] = ['nearest', 'linear', 'cubic'];
const coordinateModes: readonly CoordinateMode[] = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'torch_asymmetric',
  'tf_crop_and_resize',
  'tf_half_pixel_for_nn',
];
const nearestModes: readonly NearestMode[] = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil', 'simple'];

/** The interpolation of the node; throws for unknown values. */
export function interpolationOf(node: OperatorNode): Interpolation {
  return {
    mode: oneOf(modes, node.string('mode', 'nearest'), 'mode'),
    coordinates: oneOf(coordinateModes, node.string('coordinate_transformation_mode', 'half_pixel'), 'coordinate transformation'),
    nearest: oneOf(nearestModes, node.string('nearest_mode', 'round_prefer_floor'), 'rounding'),
    cubicCoefficient: node.float('cubic_coeff_a', -0.75),
    antialias: node.int('antialias', 0) === 1,
    excludeOutside: node.int('exclude_outside', 0) === 1,
  };
}

function oneOf<T extends string>(names: readonly T[], name: string, what: string): T {
  const found = names.find((known) => known === name);
  if (found === undefined) throw new OperatorError('invalid', `the ${what} "${name}" is not defined`);
  return found;
}
