import { type Dimension, sum } from '../../ir/dimension.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { changeOfListedAxes } from '../rules/axes.ts';
import { layoutOfFirst } from '../rules/frame.ts';
import { selectAxes, sliceRange } from './selection.ts';

export type PadMode = 'constant' | 'reflect' | 'edge' | 'wrap';

/** The number of entries added before and after an axis; negative numbers crop. */
export interface AxisPad {
  readonly before: number;
  readonly after: number;
}

/** `Pad` with a constant, reflected, repeated or wrapped border. */
export const padOperators: OperatorFamily = {
  Pad: {
    batch: (node, [batch]) => {
      if (batch === undefined) return undefined;
      const { before, after } = padAmounts(node, node.shape(0).length)[batch] ?? { before: 0, after: 0 };
      return before === 0 && after === 0 ? batch : undefined;
    },
    layout: (node, { length: rank }) => {
      const axes = padAxes(node, rank);
      return axes && layoutOfFirst(node, rank, changeOfListedAxes(3, axes));
    },
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      if (shape === undefined) return [{ dtype, shape }];
      padMode(node);
      const amounts = node.dimensions(1);
      const axes = padAxes(node, shape.length);
      if (amounts === undefined || axes === undefined) return [{ dtype, shape: shape.map((_, axis) => node.symbol(axis)) }];
      const sizes = [...shape];
      axes.forEach((axis, index) => {
        const [before, after] = [amounts[index], amounts[index + axes.length]];
        if (before === undefined || after === undefined) throw wrongCount(amounts.length, axes.length);
        sizes[axis] = padded(sizes[axis] ?? 1, before, after);
      });
      return [{ dtype, shape: sizes }];
    },
    evaluate: (node, [x, , value]) => {
      if (x === undefined) return [];
      const mode = padMode(node);
      const tables = padAmounts(node, x.shape.length).map((pad, axis) => padTable(x.shape[axis] ?? 1, pad, mode));
      const fill = value?.values()[0] ?? 0;
      return [selectAxes(x, tables, typeof fill === 'string' ? 0 : fill)];
    },
  },
  CenterCropPad: {
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      if (shape === undefined) return [{ dtype, shape }];
      const sizes: Dimension[] = [...shape];
      const target = node.dimensions(1);
      centeredAxes(node, shape.length).forEach((axis, index) => {
        sizes[axis] = target?.[index] ?? node.symbol(axis);
      });
      return [{ dtype, shape: sizes }];
    },
    evaluate: (node, [x, target]) => {
      if (x === undefined || target === undefined) return [];
      const sizes = target.toIntegers();
      const result = [...x.shape];
      centeredAxes(node, result.length).forEach((axis, index) => {
        result[axis] = sizes[index] ?? 1;
      });
      const pads = centeredPads(x.shape, result);
      return [
        selectAxes(
          x,
          pads.map((pad, axis) => padTable(x.shape[axis] ?? 1, pad, 'constant')),
        ),
      ];
    },
  },
};

export function padMode(node: OperatorNode): PadMode {
  const mode = node.string('mode', 'constant');
  if (mode === 'constant' || mode === 'reflect' || mode === 'edge' || mode === 'wrap') return mode;
  throw new OperatorError('invalid', `the mode "${mode}" does not exist`);
}

/** The padding of every axis. Throws if it is dynamic. */
export function padAmounts(node: OperatorNode, rank: number): readonly AxisPad[] {
  const amounts = node.constantIntegers(1) ?? [];
  if (node.optionalInput(3) !== undefined) node.constantIntegers(3);
  const axes = padAxes(node, rank) ?? [];
  const pads: AxisPad[] = Array.from({ length: rank }, () => ({ before: 0, after: 0 }));
  axes.forEach((axis, index) => {
    const [before, after] = [amounts[index], amounts[index + axes.length]];
    if (before === undefined || after === undefined) throw wrongCount(amounts.length, axes.length);
    pads[axis] = { before, after };
  });
  return pads;
}

/** The source entry of each entry of the padded axis; -1 for the constant. */
export function padTable(size: number, { before, after }: AxisPad, mode: PadMode): number[] {
  return sliceRange(Math.max(0, size + before + after), -before).map((index) => {
    if (index >= 0 && index < size) return index;
    if (mode === 'constant') return -1;
    if (size === 0) throw new OperatorError('invalid', 'an empty axis has nothing to repeat');
    if (mode === 'edge') return index < 0 ? 0 : size - 1;
    if (mode === 'wrap') return ((index % size) + size) % size;
    const period = Math.max(1, 2 * (size - 1));
    const phase = ((index % period) + period) % period;
    return phase < size ? phase : period - phase;
  });
}

/** CenterCropPad as padding, negative if it crops. An odd entry is added or cropped at the end. */
export function centeredPads(shape: readonly number[], result: readonly number[]): readonly AxisPad[] {
  return shape.map((size, axis) => {
    const missing = (result[axis] ?? size) - size;
    const before = missing >= 0 ? Math.floor(missing / 2) : -Math.floor(-missing / 2);
    return { before, after: missing - before };
  });
}

function centeredAxes(node: OperatorNode, rank: number): readonly number[] {
  return (node.ints('axes', undefined) ?? sliceRange(rank)).map((axis) => node.axis(axis, rank));
}

function padAxes(node: OperatorNode, rank: number): readonly number[] | undefined {
  if (node.optionalInput(3) === undefined) return sliceRange(rank);
  return node
    .constant(3)
    ?.toIntegers()
    .map((axis) => node.axis(axis, rank));
}

function padded(size: Dimension, before: Dimension, after: Dimension): Dimension {
  return sum([size, before, after]);
}

function wrongCount(amounts: number, axes: number): OperatorError {
  return new OperatorError('invalid', `expected ${axes} times 2 pads, got ${amounts}`);
}
