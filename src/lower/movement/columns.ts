import { elementCount, product } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { type ColumnsGeometry, columnsGeometry } from '../../graph/ops/movement/columns.ts';
import type { LoweringFamily } from '../node.ts';

/**
 * `Im2Col` as ncnn's Unfold and `Col2Im` as its Fold, for images with one or two axes. Samples become separate channels: the rows of a
 * channel are contiguous.
 */
export const columnsLowerings: LoweringFamily = {
  Col2Im: (node) => {
    const [batch = 1, rows = 1, columns = 1] = node.staticShape(0);
    const geometry = columnsGeometry(node, node.constantIntegers(1) ?? [], node.constantIntegers(2) ?? []);
    const [width = 1, height = 1] = [...geometry.size].reverse();
    const x = node.blob(0, [batch * rows, columns]);
    const params = { ...blockParams(geometry), output_w: width, output_h: height };
    node.define(0, node.layer('Fold', [x], params, [(batch * rows) / geometry.taps, height, width]));
  },
  'ncnn:Im2Col': (node) => {
    const [batch = 1, channels = 1, ...size] = node.staticShape(0);
    const geometry = columnsGeometry(node, size, node.ints('kernel_shape'));
    const [width = 1, height = 1] = [...size].reverse();
    const x = node.blob(0, [batch * channels, height, width]);
    const shape = [product([batch, channels, geometry.taps]), elementCount(geometry.positions)];
    node.define(0, node.layer('Unfold', [x], blockParams(geometry), shape));
  },
};

/** Block parameters of Fold and Unfold. */
function blockParams({ size, kernel, strides, dilations, pads }: ColumnsGeometry) {
  const rank = size.length;
  if (rank > 2) throw new OperatorError('unsupported', `ncnn folds images of 2 axes, not of ${rank}`);
  const vertical = rank === 2;
  const last = rank - 1;
  return {
    kernel_w: kernel[last] ?? 1,
    kernel_h: vertical ? (kernel[0] ?? 1) : 1,
    dilation_w: dilations[last] ?? 1,
    dilation_h: vertical ? (dilations[0] ?? 1) : 1,
    stride_w: strides[last] ?? 1,
    stride_h: vertical ? (strides[0] ?? 1) : 1,
    pad_left: pads[last] ?? 0,
    pad_right: pads[rank + last] ?? 0,
    pad_top: vertical ? (pads[0] ?? 0) : 0,
    pad_bottom: vertical ? (pads[rank] ?? 0) : 0,
  };
}
