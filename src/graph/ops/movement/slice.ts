import { type Dimension, sum } from '../../ir/dimension.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { alongListedAxes } from '../rules/axes.ts';
import { selectAxes, sliceRange } from './selection.ts';

/** The range that a slice selects along one axis: `size` entries from `start` on, every `step`-th, clamped as in ONNX. */
export interface AxisSlice {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly size: number;
}

/** `Slice`: every `step`-th entry between a start and an end. */
export const sliceOperators: OperatorFamily = {
  Slice: {
    elements: 'moved',
    ...alongListedAxes(3),
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      if (shape === undefined) return [{ dtype, shape }];
      const bounds = sliceBounds(node, shape.length);
      if (bounds === undefined) return [{ dtype, shape: shape.map((_, axis) => node.symbol(axis)) }];
      const sizes = [...shape];
      for (const bound of bounds) sizes[bound.axis] = slicedSize(node, shape[bound.axis] ?? 1, bound);
      const elements = shape.length === 1 ? node.dimensions(0) : undefined;
      const [only] = bounds;
      if (elements === undefined || only === undefined || bounds.length > 1) return [{ dtype, shape: sizes }];
      const slice = resolveSlice(elements.length, only);
      if (slice === undefined) return [{ dtype, shape: sizes }];
      const taken = sliceRange(slice.size, slice.start, slice.step).map((index) => elements[index] ?? 0);
      return [{ dtype, shape: sizes, elements: taken }];
    },
    evaluate: (node, [x]) => {
      if (x === undefined) return [];
      const tables = x.shape.map((size) => sliceRange(size));
      for (const bound of sliceBounds(node, x.shape.length) ?? []) {
        const slice = resolveSlice(x.shape[bound.axis] ?? 1, bound);
        if (slice === undefined) throw new OperatorError('invalid', 'the bounds are unknown');
        tables[slice.axis] = sliceRange(slice.size, slice.start, slice.step);
      }
      return [selectAxes(x, tables)];
    },
  },
};

/** The start and end for one axis, as the node specifies them. */
export interface SliceBound {
  readonly axis: number;
  readonly start: Dimension | undefined;
  readonly end: Dimension | undefined;
  readonly step: number;
}

/** The bounds of each sliced axis; `undefined` if the axes or steps are not known. */
export function sliceBounds(node: OperatorNode, rank: number): readonly SliceBound[] | undefined {
  const starts = node.dimensions(1);
  const ends = node.dimensions(2);
  const lengthOf = (index: number): number | undefined => {
    const length = node.optionalInput(index)?.shape?.[0];
    return typeof length === 'number' ? length : undefined;
  };
  const count = starts?.length ?? ends?.length ?? lengthOf(1) ?? lengthOf(2);
  if (count === undefined) return undefined;
  const operand = node.optionalInput(3);
  const axes = operand === undefined ? sliceRange(count) : operand.constant?.toIntegers();
  const stepInput = node.optionalInput(4);
  const steps = stepInput === undefined ? axes?.map(() => 1) : stepInput.constant?.toIntegers();
  if (axes === undefined || steps === undefined) return undefined;
  return axes.map((axis, index) => {
    const step = steps[index] ?? 1;
    if (step === 0) throw new OperatorError('invalid', 'the step is 0');
    return { axis: node.axis(axis, rank), start: starts?.[index], end: ends?.[index], step };
  });
}

/** A slice of an axis of known size, clamped as in ONNX; `undefined` if a bound is not a known number. */
export function resolveSlice(size: number, { axis, start, end, step }: SliceBound): AxisSlice | undefined {
  if (typeof start !== 'number' || typeof end !== 'number') return undefined;
  const clamp = (value: number): number => {
    const positive = value < 0 ? value + size : value;
    return step > 0 ? Math.min(Math.max(positive, 0), size) : Math.min(Math.max(positive, -1), size - 1);
  };
  const first = clamp(start);
  const count = Math.max(0, Math.ceil((clamp(end) - first) / step));
  return { axis, start: count === 0 ? 0 : first, step, size: count };
}

/** Larger bounds mean "to the end". */
const beyond = 2 ** 31 - 1;

function slicedSize(node: OperatorNode, size: Dimension, bound: SliceBound): Dimension {
  const { axis, start, end, step } = bound;
  if (typeof size === 'number') {
    const slice = resolveSlice(size, bound);
    if (slice !== undefined) return slice.size;
  }
  if (start === undefined || end === undefined) return node.symbol(axis);
  const whole = end === size || (typeof end === 'number' && end >= beyond);
  if (step === 1) {
    if (typeof start === 'number' && whole)
      return start >= 0 ? sum([size, -start]) : typeof size === 'number' ? size : remainder(size, start);
    if (typeof start === 'number' && start >= 0 && typeof end === 'number' && end < 0) return sum([size, end - start]);
    if (start === 0 && typeof end === 'string') return `(min(${size},${end}))`;
  }
  if (step === -1 && start === -1 && typeof end === 'number' && end <= -beyond) return size;
  return `(slice(${size},${start},${end},${step}))`;
}

/** The size of the last `-start` entries of a dynamic axis, which may have fewer entries. */
function remainder(size: Dimension, start: number): Dimension {
  return start === -1 ? 1 : `(min(${size},${-start}))`;
}
