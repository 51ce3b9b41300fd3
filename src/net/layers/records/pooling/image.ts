import type { LayerRecord, MeaningCall } from '../../record.ts';
import type { ShapeRule } from '../../shapeRule.ts';

const interpShape: ShapeRule = ({ bottoms: [bottom, second], number, text }) => {
  if (bottom === undefined || second !== undefined || text('size_expr') !== '' || number('dynamic_target_size') !== 0) return undefined;
  const [h, w] = bottom.length === 3 ? bottom.slice(1) : bottom.length === 2 ? [1, bottom[1]] : [];
  if (h === undefined || w === undefined) return undefined;
  const hasOutputSize = number('output_width') !== 0 && number('output_height') !== 0;
  const width = hasOutputSize ? number('output_width') : Math.trunc(Math.fround(w * Math.fround(number('width_scale'))));
  const height = hasOutputSize ? number('output_height') : Math.trunc(Math.fround(h * Math.fround(number('height_scale'))));
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

/**
 * Before 20261020, Interp used the ratio of the sizes where it now uses the scale parameter, and the scale parameter where it now uses the
 * ratio because another blob determines the size. In addition, `align_corner` divided by 0 for one pixel, and a blob with fewer pixels than
 * the kernel reads was read out of bounds.
 */
const interpMeaning = ({ bottoms: [bottom, reference], number, text }: MeaningCall): number => {
  const [type, exact] = [number('resize_type'), 20261020];
  if (type === 1) return number('dynamic_target_size') !== 0 ? exact : 20220216;
  const dynamic = number('dynamic_target_size') !== 0 || text('size_expr') !== '';
  const outOf = (axis: 'width' | 'height', at: number): boolean => {
    const size = bottom?.at(at);
    const scale = number(`${axis}_scale`);
    const target = text('size_expr') !== '' ? undefined : dynamic ? reference?.at(at) : number(`output_${axis}`) || undefined;
    const output = target ?? (typeof size === 'number' && !dynamic ? Math.trunc(size * scale) : undefined);
    if (number('align_corner') !== 0 && (output === undefined || output === 1)) return true;
    if (typeof size !== 'number') return !dynamic && target === undefined && !Number.isInteger(scale);
    if (size < (type === 3 ? 4 : 2) && output !== size) return true;
    return !dynamic && target === undefined && Math.trunc(size * scale) !== size * scale;
  };
  if (bottom === undefined) return exact;
  return outOf('width', -1) || (bottom.length > 2 && outOf('height', -2)) ? exact : 20171017;
};

export const Interp: LayerRecord<typeof interpParams> = {
  index: 50,
  since: 20171017,
  half: 'computed',
  meaningSince: interpMeaning,
  family: 'pooling',
  oneBlobOnly: true,
  params: interpParams,
  takesMore: () => true,
  shape: interpShape,
};
