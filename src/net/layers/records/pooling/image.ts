import type { LayerRecord } from '../../record.ts';
import type { ShapeRule } from '../../shapeRule.ts';

const interpShape: ShapeRule = ({ bottoms: [bottom, second], number, text }) => {
  if (bottom === undefined || second !== undefined || text('size_expr') !== '' || number('dynamic_target_size') !== 0) return undefined;
  const [h, w] = bottom.length === 3 ? bottom.slice(1) : bottom.length === 2 ? [1, bottom[1]] : [];
  if (h === undefined || w === undefined) return undefined;
  const given = number('output_width') !== 0 && number('output_height') !== 0;
  const width = given ? number('output_width') : Math.trunc(Math.fround(w * Math.fround(number('width_scale'))));
  const height = given ? number('output_height') : Math.trunc(Math.fround(h * Math.fround(number('height_scale'))));
  const shape = bottom.length === 3 ? [bottom[0] ?? 1, height, width] : [bottom[0] ?? 1, width];
  return shape.every((size) => size > 0) ? [shape] : undefined;
};

const gridSampleParams = {
  sample_type: { id: 0, kind: 'int', default: 1 },
  padding_mode: { id: 1, kind: 'int', default: 1 },
  align_corner: { id: 2, kind: 'int', default: 0 },
  permute_fusion: { id: 3, kind: 'int', default: 0, since: 20231027 },
} as const;

export const GridSample: LayerRecord<typeof gridSampleParams> = {
  index: 97,
  since: 20221128,
  family: 'pooling',
  params: gridSampleParams,
};

const interpParams = {
  resize_type: { id: 0, kind: 'int', default: 0 },
  height_scale: { id: 1, kind: 'float', default: 1 },
  width_scale: { id: 2, kind: 'float', default: 1 },
  output_height: { id: 3, kind: 'int', default: 0 },
  output_width: { id: 4, kind: 'int', default: 0 },
  dynamic_target_size: { id: 5, kind: 'int', default: 0, since: 20200916 },
  align_corner: { id: 6, kind: 'int', default: 0, since: 20201208 },
  size_expr: { id: 9, kind: 'string', since: 20250428 },
} as const;

export const Interp: LayerRecord<typeof interpParams> = {
  index: 50,
  since: 20171017,
  family: 'pooling',
  oneBlobOnly: true,
  params: interpParams,
  takesMore: () => true,
  shape: interpShape,
};
