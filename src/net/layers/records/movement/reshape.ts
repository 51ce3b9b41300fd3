import { notSet } from '../../notSet.ts';
import type { LayerRecord, NoParams } from '../../record.ts';
import { axisIn, elementsOf, type ShapeRule } from '../../shapeRule.ts';

/** 0 keeps the size of the axis with the same name, -1 is inferred. */
const reshapeShape: ShapeRule = ({ bottoms: [bottom, second], number, text, hasRawParams }) => {
  if (bottom === undefined || second !== undefined || text('shape_expr') !== '' || hasRawParams) return undefined;
  if (number('input_batch_axis') !== 233 || number('output_batch_axis') !== 233) return undefined;
  const names = (['c', 'd', 'h', 'w'] as const).filter((name) => number(name) !== notSet);
  const own = {
    w: bottom.at(-1) ?? 1,
    h: bottom.at(-2) ?? 1,
    d: bottom.length === 4 ? (bottom[1] ?? 1) : 1,
    c: bottom.length > 2 ? (bottom[0] ?? 1) : 1,
  };
  const sizes = names.map((name) => (number(name) === 0 ? own[name] : number(name)));
  const known = sizes.filter((size) => size !== -1);
  if (sizes.length - known.length > 1 || known.some((size) => size <= 0)) return undefined;
  const shape = sizes.map((size) => (size === -1 ? Math.trunc(elementsOf(bottom) / elementsOf(known)) : size));
  return shape.length > 0 && elementsOf(shape) === elementsOf(bottom) ? [shape] : undefined;
};

const squeezeShape: ShapeRule = ({ bottoms: [bottom], number, numbers }) => {
  if (bottom === undefined) return undefined;
  const axes = numbers('axes');
  const letters = ['w', 'h', bottom.length === 4 ? 'd' : 'c', 'c'].slice(0, bottom.length).reverse();
  const chosen = new Set(axes.map((axis) => axisIn(bottom, axis)));
  const goes = (axis: number): boolean => (axes.length > 0 ? chosen.has(axis) : number(`squeeze_${letters[axis]}`) !== 0);
  const squeezed = bottom.filter((size, axis) => size !== 1 || !goes(axis));
  return [squeezed.length === 0 ? [1] : squeezed];
};

const expandDimsShape: ShapeRule = ({ bottoms: [bottom], numbers }) => {
  const axes = numbers('axes');
  if (bottom === undefined) return undefined;
  const rank = bottom.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  if (rank > 4 || added.size !== axes.length) return undefined;
  const remaining = [...bottom];
  return [Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (remaining.shift() ?? 1)))];
};

export const DeepCopy: LayerRecord<NoParams> = {
  index: 70,
  since: 20200413,
  family: 'movement',
  oneBlobOnly: true,
  params: {},
  shape: 'same',
  elements: 'moved',
};

const expandDimsParams = {
  axes: { id: 3, kind: 'ints', since: 20191113 },
} as const;

export const ExpandDims: LayerRecord<typeof expandDimsParams> = {
  index: 45,
  since: 20171017,
  // Earlier releases ignore a third axis.
  meaningSince: ({ numbers }) => (numbers('axes').length > 2 ? 20260114 : 0),
  family: 'movement',
  oneBlobOnly: true,
  params: expandDimsParams,
  shape: expandDimsShape,
  elements: 'moved',
  sharesMemory: true,
};

export const Flatten: LayerRecord<NoParams> = {
  index: 14,
  since: 20170724,
  half: 'moved',
  family: 'movement',
  oneBlobOnly: true,
  params: {},
  shape: ({ bottoms: [bottom] }) => bottom && [[elementsOf(bottom)]],
  elements: 'moved',
  sharesMemory: true,
};

export const Noop: LayerRecord<NoParams> = {
  index: 68,
  since: 20191113,
  half: 'moved',
  family: 'movement',
  inplace: true,
  params: {},
  shape: 'same',
  elements: 'moved',
};

const reshapeParams = {
  w: { id: 0, kind: 'int', default: -233 },
  h: { id: 1, kind: 'int', default: -233 },
  c: { id: 2, kind: 'int', default: -233 },
  shape_expr: { id: 6, kind: 'string', since: 20250428 },
  d: { id: 11, kind: 'int', default: -233, since: 20211208 },
  input_batch_axis: { id: 12, kind: 'int', default: 233, since: 20261020 },
  output_batch_axis: { id: 13, kind: 'int', default: 233, since: 20261020 },
} as const;

export const Reshape: LayerRecord<typeof reshapeParams> = {
  index: 27,
  since: 20170724,
  half: 'moved',
  family: 'movement',
  oneBlobOnly: true,
  params: reshapeParams,
  takesMore: () => true,
  shape: reshapeShape,
  elements: 'moved',
  sharesMemory: true,
  creates: { always: ['Flatten'] },
};

export const Split: LayerRecord<NoParams> = {
  index: 33,
  since: 20170724,
  half: 'moved',
  family: 'movement',
  params: {},
  shape: 'same',
  elements: 'moved',
  sharesMemory: true,
};

const squeezeParams = {
  squeeze_w: { id: 0, kind: 'int', default: 0 },
  squeeze_h: { id: 1, kind: 'int', default: 0 },
  squeeze_c: { id: 2, kind: 'int', default: 0 },
  axes: { id: 3, kind: 'ints', since: 20191113 },
  squeeze_d: { id: 11, kind: 'int', default: 0, since: 20221128 },
} as const;

export const Squeeze: LayerRecord<typeof squeezeParams> = {
  index: 44,
  since: 20171017,
  family: 'movement',
  oneBlobOnly: true,
  params: squeezeParams,
  shape: squeezeShape,
  elements: 'moved',
  sharesMemory: true,
};
