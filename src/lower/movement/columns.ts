import { OperatorError } from '../../graph/ir/operator.ts';
import { columnsGeometry } from '../../graph/ops/movement/columns.ts';
import type { LoweringFamily } from '../node.ts';

/** `Col2Im` as ncnn's Fold, for images of one or two axes. */
export const columnsLowerings: LoweringFamily = {
  Col2Im: (node) => {
    const [batch = 1, rows = 1, columns = 1] = node.staticShape(0);
    const image = node.constantIntegers(1) ?? [];
    const { size, kernel, taps, strides, dilations, pads } = columnsGeometry(node, image, node.constantIntegers(2) ?? []);
    const rank = size.length;
    if (rank > 2) throw new OperatorError('unsupported', `ncnn folds images of 2 axes, not of ${rank}`);
    const vertical = rank === 2;
    const last = rank - 1;
    const params = {
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
      output_w: size[last] ?? 1,
      output_h: vertical ? (size[0] ?? 1) : 1,
    };
    // Samples are channels of their own: a channel's rows lie together.
    const channels = (batch * rows) / taps;
    const x = node.blob(0, [batch * rows, columns]);
    node.define(0, node.layer('Fold', [x], params, [channels, params.output_h, params.output_w]));
  },
};
