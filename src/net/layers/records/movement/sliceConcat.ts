import { croppedRanges } from '../../croppedRanges.ts';
import { notSet } from '../../notSet.ts';
import type { LayerRecord } from '../../record.ts';
import { axisIn, type BlobSizes, type ShapeRule, withBlobSize } from '../../shapeRule.ts';

const concatShape: ShapeRule = ({ bottoms, number }) => {
  const [first] = bottoms;
  const axis = first && axisIn(first, number('axis'));
  const fits = (bottom: BlobSizes): boolean =>
    bottom.length === first?.length && bottom.every((size, at) => at === axis || size === first[at]);
  if (first === undefined || axis === undefined || !bottoms.every(fits)) return undefined;
  const total = bottoms.reduce((sum, bottom) => sum + (bottom[axis] ?? 0), 0);
  return [withBlobSize(first, axis, total)];
};

const cropShape: ShapeRule = (call) => {
  const ranges = croppedRanges(call);
  return ranges && [ranges.map(({ size }) => size)];
};

const sliceShape: ShapeRule = ({ bottoms: [bottom], number, numbers, topCount }) => {
  const axis = bottom && axisIn(bottom, number('axis'));
  if (bottom === undefined || axis === undefined) return undefined;
  const size = bottom[axis] ?? 0;
  const [slices, indices] = [numbers('slices'), numbers('indices')];
  const shapes: BlobSizes[] = [];
  let at = 0;
  for (let top = 0; top < topCount; top++) {
    const index = indices[top] ?? 0;
    const requested = slices[top] ?? notSet;
    const even = Math.trunc((size - at) / (topCount - top));
    const length =
      indices.length > 0 ? (top === topCount - 1 ? size : index < 0 ? size + index : index) - at : requested === notSet ? even : requested;
    if (length <= 0) return undefined;
    shapes.push(withBlobSize(bottom, axis, length));
    at += length;
  }
  return at <= size ? shapes : undefined;
};

const concatParams = {
  axis: { id: 0, kind: 'int', default: 0 },
} as const;

export const Concat: LayerRecord<typeof concatParams> = {
  index: 5,
  since: 20170724,
  half: 'moved',
  fourAxesSince: 20230223,
  family: 'movement',
  params: concatParams,
  shape: concatShape,
  elements: 'moved',
};

const copyToParams = {
  woffset: { id: 0, kind: 'int', default: 0 },
  hoffset: { id: 1, kind: 'int', default: 0 },
  coffset: { id: 2, kind: 'int', default: 0 },
  starts: { id: 9, kind: 'ints' },
  axes: { id: 11, kind: 'ints' },
  doffset: { id: 13, kind: 'int', default: 0 },
} as const;

export const CopyTo: LayerRecord<typeof copyToParams> = {
  index: 99,
  since: 20230223,
  family: 'movement',
  params: copyToParams,
  elements: 'moved',
};

const cropParams = {
  woffset: { id: 0, kind: 'int', default: 0 },
  hoffset: { id: 1, kind: 'int', default: 0 },
  coffset: { id: 2, kind: 'int', default: 0 },
  outw: { id: 3, kind: 'int', default: 0 },
  outh: { id: 4, kind: 'int', default: 0 },
  outc: { id: 5, kind: 'int', default: 0 },
  woffset2: { id: 6, kind: 'int', default: 0, since: 20190908 },
  hoffset2: { id: 7, kind: 'int', default: 0, since: 20190908 },
  coffset2: { id: 8, kind: 'int', default: 0, since: 20190908 },
  starts: { id: 9, kind: 'ints', since: 20191113 },
  ends: { id: 10, kind: 'ints', since: 20191113 },
  axes: { id: 11, kind: 'ints', since: 20191113 },
  doffset: { id: 13, kind: 'int', default: 0, since: 20211208 },
  outd: { id: 14, kind: 'int', default: 0, since: 20211208 },
  doffset2: { id: 15, kind: 'int', default: 0, since: 20211208 },
  starts_expr: { id: 19, kind: 'string', since: 20250428 },
  ends_expr: { id: 20, kind: 'string', since: 20250428 },
  axes_expr: { id: 21, kind: 'string', since: 20250428 },
} as const;

export const Crop: LayerRecord<typeof cropParams> = {
  index: 7,
  since: 20170724,
  half: 'moved',
  family: 'movement',
  oneBlobOnly: true,
  params: cropParams,
  takesMore: () => true,
  shape: cropShape,
  elements: 'moved',
};

const diagParams = {
  diagonal: { id: 0, kind: 'int', default: 0 },
} as const;

export const Diag: LayerRecord<typeof diagParams> = {
  index: 101,
  since: 20231027,
  family: 'movement',
  oneBlobOnly: true,
  params: diagParams,
};

const sliceParams = {
  slices: { id: 0, kind: 'ints' },
  axis: { id: 1, kind: 'int', default: 0 },
  indices: { id: 2, kind: 'ints', since: 20231027 },
} as const;

export const Slice: LayerRecord<typeof sliceParams> = {
  index: 31,
  since: 20170724,
  half: 'moved',
  fourAxesSince: 20230223,
  family: 'movement',
  params: sliceParams,
  shape: sliceShape,
  elements: 'moved',
};
