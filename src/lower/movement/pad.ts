import { pinOrFixShapes } from '../../diagnostics/remedies.ts';
import { isStatic, sum } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { type AxisPad, centeredPads, type PadMode, padAmounts, padMode, padTable } from '../../graph/ops/movement/pad.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { joinedAlong } from './concat.ts';
import { cropped } from './crop.ts';
import { compactGrouping, groupedShape, groupOf, operandBlob, overAxes, type PlacedAxis, type TensorBlob, withSize } from './grouping.ts';
import { dynamicAxisError, taken } from './take.ts';
import { tiled } from './tile.ts';

/** `Pad`, and `CenterCropPad`, which pads with zeros. */
export const padLowerings: LoweringFamily = {
  Pad: (node) => {
    const source = operandBlob(node, 0);
    const pads = padAmounts(node, source.shape.length);
    const value = node.optionalInput(2);
    const fill = value !== undefined && value.constant === undefined ? node.blob(2, [1]) : (value?.constant?.scalar() ?? 0);
    node.define(0, padded(node, source, pads, padMode(node), fill).blob);
  },
  CenterCropPad: (node) => {
    const shape = node.staticShape(0);
    const result = node.outputShape();
    if (!isStatic(result)) throw new OperatorError('shape', 'the target shape is computed when the net runs', pinOrFixShapes);
    node.define(0, padded(node, operandBlob(node, 0), centeredPads(shape, result), 'constant', 0).blob);
  },
};

/** Pads a tensor. Negative amounts crop it. */
export function padded(
  node: LoweringNode,
  source: TensorBlob,
  pads: readonly AxisPad[],
  mode: PadMode,
  value: number | DraftBlob,
): TensorBlob {
  const border = pads.map(({ before, after }) => ({ before: Math.max(0, before), after: Math.max(0, after) }));
  const cropsAny = pads.some(({ before, after }) => before < 0 || after < 0);
  const mixed = pads.some(({ before, after }) => (before < 0 || after < 0) && (before > 0 || after > 0));
  if (mixed && mode !== 'constant') {
    throw new OperatorError('unsupported', `padding with mode "${mode}" that adds to an axis at one end and crops it at the other`);
  }
  const inner = cropsAny
    ? cropped(
        node,
        source,
        pads.flatMap((pad, axis) => cropOf(source, axis, pad)),
      )
    : source;
  const axes = border.flatMap(({ before, after }, axis) => (before + after > 0 ? [axis] : []));
  const byTable = axes.filter((axis) => !hasPadding(inner, axis, border[axis] ?? none, mode));
  let current = inner;
  for (const axis of byTable) {
    const size = current.shape[axis];
    if (typeof size !== 'number') throw dynamicAxisError(axis);
    current = taken(node, current, axis, padTable(size, border[axis] ?? none, mode));
  }
  const otherAxes = axes.filter((axis) => !byTable.includes(axis));
  const finite = mode !== 'constant' ? 0 : typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  if (finite === undefined) return walled(node, current, otherAxes, border, value);
  return overAxes(
    node,
    current,
    otherAxes,
    (blob, placed, top, shape) => {
      const result = shape.map((size, axis) => (placed.some((place) => place.axis === axis) ? grown(size, border[axis] ?? none) : size));
      return { blob: paddingLayer(node, blob, placed, border, mode, finite, top(result)), shape: result };
    },
    (grouping, chosen) => chosen.every((axis) => sideOf(grouping.length, groupOf(grouping, axis)) !== undefined),
  );
}

const none: AxisPad = { before: 0, after: 0 };

function grown(size: number | string, { before, after }: AxisPad): number | string {
  return sum([size, before, after]);
}

function cropOf({ shape }: TensorBlob, axis: number, { before, after }: AxisPad) {
  const [front, back] = [Math.max(0, -before), Math.max(0, -after)];
  if (front + back === 0) return [];
  return [{ axis, start: front, end: back === 0 ? undefined : -back, size: sum([shape[axis] ?? 1, -front, -back]) }];
}

/** Whether ncnn's Padding supports the mode. It does not wrap, and it can only mirror elements that are in the blob. */
function hasPadding({ shape }: TensorBlob, axis: number, { before, after }: AxisPad, mode: PadMode): boolean {
  if (mode === 'wrap') return false;
  const size = shape[axis];
  return mode !== 'reflect' || typeof size !== 'number' || (before < size && after < size);
}

type Side = readonly ['top', 'bottom'] | readonly ['left', 'right'] | readonly ['front', 'behind'];

/** Padding's names for the two ends of an axis; `undefined` for the channels of a 4-D blob, which it does not pad. */
function sideOf(rank: number, at: number): Side | undefined {
  if (at === rank - 1) return ['left', 'right'];
  if (at === rank - 2) return ['top', 'bottom'];
  return at === rank - 3 ? ['front', 'behind'] : undefined;
}

const paddingTypes = { constant: 0, edge: 1, reflect: 2, wrap: 0 } as const;

function paddingLayer(
  node: LoweringNode,
  blob: DraftBlob,
  placed: readonly PlacedAxis[],
  border: readonly AxisPad[],
  mode: PadMode,
  value: number,
  top: DraftBlob['shape'],
): DraftBlob {
  const amounts = placed.flatMap(({ axis, at }) => {
    const side = sideOf(blob.shape.length, at);
    if (side === undefined) throw new OperatorError('unsupported', `axis ${axis} cannot be padded in this view`);
    const { before, after } = border[axis] ?? none;
    return [
      [side[0], before],
      [side[1], after],
    ] as const;
  });
  const params = { ...Object.fromEntries(amounts.filter(([, amount]) => amount > 0)), type: paddingTypes[mode], value };
  return node.layer('Padding', [blob], params, top);
}

/** Pads with a value that a parameter cannot hold (infinity, NaN or a computed value) by concatenating blocks of it. */
function walled(
  node: LoweringNode,
  source: TensorBlob,
  axes: readonly number[],
  border: readonly AxisPad[],
  value: number | DraftBlob,
): TensorBlob {
  return axes.reduce((current, axis): TensorBlob => {
    const { before, after } = border[axis] ?? none;
    const block = (count: number): TensorBlob[] => {
      if (count === 0) return [];
      const shape = withSize(current.shape, axis, count).map(Number);
      const size = shape.reduce((total, extent) => total * extent, 1);
      if (Number.isNaN(size)) throw dynamicAxisError(axis);
      if (typeof value !== 'number') return [{ blob: tiled(node, { blob: value, shape: [1] }, [size]).blob, shape }];
      const sizes = groupedShape(shape, compactGrouping(shape, new Set([axis]))).map(Number);
      return [{ blob: node.filled(value, sizes, `border${axis}:${count}`), shape }];
    };
    return joinedAlong(node, [...block(before), current, ...block(after)], axis);
  }, source);
}
